import { signal } from '@preact/signals';
import { MOST_FILE_BYTES } from '../bin/ckpt/ui/limits.ts';
import { go } from './store.ts';

/** A policy file that is not deployed, as it was when it was dropped or chosen. */
export interface OtherPolicy {
  readonly name: string;
  readonly bytes: Blob;
  /** Of another one than before, also where it is called the same. */
  readonly serial: number;
}

export const otherPolicy = signal<OtherPolicy | null>(null);

let serial = 0;

/** Shows what a policy file would change. Its bytes are taken now: an editor may write to it later. */
export async function showPolicy(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  // What is larger is not even sent.
  // What cannot be read, such as a folder, is as good as empty: the policy's own reader says what that lacks.
  const bytes =
    file.size > MOST_FILE_BYTES ? file : new Blob([await file.arrayBuffer().catch(() => new ArrayBuffer(0))]);
  otherPolicy.value = { name: file.name, bytes, serial: ++serial };
  go({ view: 'plan', checkpoint: null, project: null, change: null });
}
