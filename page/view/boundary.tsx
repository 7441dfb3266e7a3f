import { Component, type ComponentChildren } from 'preact';
import { toProblem } from '../ask.ts';
import { Refusal } from './refusal.tsx';

/** Says so where something in it cannot be drawn, and leaves what is around it as it is. */
export class Boundary extends Component<{ readonly children: ComponentChildren }, { readonly error: unknown }> {
  override state = { error: null };

  static override getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const { message } = toProblem(error);
    const next =
      'The stack may be of another version than this ckpt: "ckpt version" tells. If so, update the older one.';
    return <Refusal problem={{ name: 'NotDrawnError', message: `This cannot be drawn. ${message}`, next }} />;
  }
}
