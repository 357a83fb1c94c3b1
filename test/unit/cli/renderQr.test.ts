import assert from 'node:assert/strict';
import readQr from 'jsqr';
import { renderQr } from '../../../src/cli/render/renderQr.ts';
import { plainStyle } from '../../../src/cli/terminal/style.ts';
import { recoveryKeyPage } from '../../../src/vscode/recoveryKeyPage.ts';
import { pixels } from '../../support/qrPixels.ts';

const recoveryKey = 'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQS3UE4H';
const look = { style: plainStyle, columns: 80, now: new Date() };
const read = (modules: boolean[][]): string | undefined => {
  const { data, size } = pixels(modules);
  return readQr(data, size, size)?.data;
};

describe('a QR code of the recovery key', () => {
  it('is read from a terminal exactly as it is', () => {
    const lines = renderQr(recoveryKey, look);
    const modules = lines.flatMap((line) => [Array.from(line, (block) => '▀█'.includes(block)), Array.from(line, (block) => '▄█'.includes(block))]);
    assert.equal(read(modules), recoveryKey);
  });

  it('is not drawn where it does not fit, nor into a pipe', () => {
    assert.deepEqual(renderQr(recoveryKey, { ...look, columns: 30 }), []);
    assert.deepEqual(renderQr(recoveryKey, { ...look, columns: Infinity }), []);
  });

  it('is read from the page to print, which also has the key as text and runs nothing', () => {
    const page = recoveryKeyPage({ recoveryKey, vault: '3f2a9c', repository: '<script>pizza</script>', made: new Date('2026-03-04T23:30:00Z') });
    const size = Number(/viewBox="0 0 (\d+) /.exec(page)?.[1]) / 10;
    const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
    for (const [, x, y] of page.matchAll(/M(\d+),(\d+)h10v10h-10z/g)) {
      modules[Number(y) / 10]![Number(x) / 10] = true;
    }
    assert.equal(read(modules), recoveryKey);
    assert.ok(page.includes(`<code>${recoveryKey}</code>`));
    assert.doesNotMatch(page, /<script/);
  });
});
