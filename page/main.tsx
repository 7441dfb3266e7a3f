import { render } from 'preact';

const root = document.getElementById('page');
if (root) render(<h1>Checkpoint Sharing</h1>, root);
