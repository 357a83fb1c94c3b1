/** The small project of the playground: what a pizzeria charges, as a history that a person might have made. */

export interface Change {
  /** Minutes before the present of the playground. */
  minutesAgo: number;
  message: string;
  files: Readonly<Record<string, string>>;
}

const readme = `# pizza-orders

What a pizza costs, with its delivery.

    npm test
`;

const manifest = `{
  "name": "pizza-orders",
  "version": "0.3.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`;

const menu = `/** Cents, for a pizza of the middle size. */
export const menu = {
  Margherita: 950,
  Marinara: 850,
  Funghi: 1100,
  'Quattro formaggi': 1250,
};
`;

const price = `import { menu } from './menu.js';

const sizes = { small: 0.8, middle: 1, large: 1.3 };

/** Cents, rounded up to the next five. */
export function price(pizza, size = 'middle') {
  const base = menu[pizza];
  if (base === undefined) {
    throw new RangeError(\`not on the menu: \${pizza}\`);
  }
  return Math.ceil((base * sizes[size]) / 5) * 5;
}
`;

const priceTest = `import assert from 'node:assert/strict';
import test from 'node:test';
import { price } from '../src/price.js';

test('a large pizza costs a third more', () => {
  assert.equal(price('Margherita', 'large'), 1235);
});

test('what is not on the menu has no price', () => {
  assert.throws(() => price('Hawaii'), /not on the menu/);
});
`;

const delivery = `/** Cents: free from thirty euros on. */
export function deliveryFee(total) {
  return total >= 3000 ? 0 : 290;
}
`;

export const halfAndHalf = `import { price } from './price.js';

/** A pizza of two halves costs what the dearer half costs. */
export function halfAndHalfPrice(left, right, size = 'middle') {
  return Math.max(price(left, size), price(right, size));
}
`;

export const halfAndHalfTest = `import assert from 'node:assert/strict';
import test from 'node:test';
import { halfAndHalfPrice } from '../src/halfAndHalf.js';

test('the dearer half decides', () => {
  assert.equal(halfAndHalfPrice('Margherita', 'Funghi'), 1100);
});
`;

/** On `main`, oldest first; known to the remote. */
export const mainHistory: readonly Change[] = [
  { minutesAgo: 4 * 1440, message: 'Price a pizza by its size', files: { 'README.md': readme, 'package.json': manifest, 'src/menu.js': menu, 'src/price.js': price } },
  { minutesAgo: 3 * 1440, message: 'Test the prices', files: { 'test/price.test.js': priceTest } },
  { minutesAgo: 1500, message: 'Charge for delivery', files: { 'src/delivery.js': delivery } },
];

export const featureBranch = 'feature/half-and-half';

/** On the feature branch, committed on the first device only. */
export const featureHistory: readonly Change[] = [
  { minutesAgo: 38, message: 'Price a pizza of two halves', files: { 'src/halfAndHalf.js': halfAndHalf } },
];

/** In the working tree of the first device, not committed. */
export const uncommitted: Readonly<Record<string, string>> = { 'test/halfAndHalf.test.js': halfAndHalfTest };
