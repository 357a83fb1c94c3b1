/** One save in a process of its own: how long it takes, and how far its memory rises above what it was before. */
import { World } from '../support/device.ts';

export interface MeasuredSave {
  ms: number;
  /** Bytes. */
  above: number;
}

const [world = '', name = '', folder = ''] = process.argv.slice(2);
const device = new World(world).device(name);
device.folder = folder;
device.world.now = new Date();
const idle = process.memoryUsage.rss();
let peak = idle;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
const start = performance.now();
await device.save('Grow');
const ms = performance.now() - start;
clearInterval(watch);
const measured: MeasuredSave = { ms, above: Math.max(peak, process.resourceUsage().maxRSS * 1024) - idle };
console.log(JSON.stringify(measured));
