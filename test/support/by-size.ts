import { statSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Deals files out to shards by their size, the largest first: what a clean checkout knows of how long they take. By their number alone
 * one of two halves took half as long again as the other.
 */
export class BySize extends BaseSequencer {
  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { index, count } = this.ctx.config.shard ?? { index: 1, count: 1 };
    const sized = files.map((file) => ({ file, size: statSync(file.moduleId).size }));
    const shards = Array.from({ length: count }, () => ({ size: 0, files: [] as TestSpecification[] }));
    for (const { file, size } of sized.toSorted((a, b) => b.size - a.size)) {
      const [least] = shards.toSorted((a, b) => a.size - b.size);
      if (least === undefined) continue;
      least.files.push(file);
      least.size += size;
    }
    return shards[index - 1]?.files ?? [];
  }
}
