import { render } from 'preact';
import { start } from './store.ts';
import { Shell } from './view/shell.tsx';

const root = document.getElementById('page');
if (root) {
  start();
  render(<Shell />, root);
}
