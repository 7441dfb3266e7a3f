import { render } from 'preact';
import { start } from './reading.ts';
import { Shell } from './view/shell.tsx';

const root = document.getElementById('page');
if (root) {
  start();
  render(<Shell />, root);
}
