import type { Device } from './device.ts';

/** Changes of every kind: staged, unstaged, both in one file, new, taken out of the index. */
export function splitChanges(device: Device): void {
  device.write('orders.js', 'export const orders = ["staged"];\n');
  device.write('staged.js', 'staged\n');
  device.git('add', 'orders.js', 'staged.js');
  device.write('orders.js', 'export const orders = ["staged", "and not"];\n');
  device.write('notes/untracked.md', 'untracked\n');
  device.git('rm', '--quiet', '--cached', 'README.md');
}
