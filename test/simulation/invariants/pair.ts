/** Names one project's permission for one checkpoint. */
export function pairOf(checkpoint: string, projectId: string): string {
  return `${checkpoint} ${projectId}`;
}
