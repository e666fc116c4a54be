import { expect, it } from 'vitest';
import { bitsOfCentres } from './bits.ts';

it.each([
  ['euclidean', 3, 100, '0fe2d6cdfb64d6cf354b22eb50cd9d232c0133ecaefa3e09d587b967e34c7dc4'],
  ['sphere', 2, 0.75, '3362a68dde7336b3fac56498a52c0e19d1305850721a7b2ea0c4162b50530544'],
  ['sphere', 5, 0.75, '65c45059db3aaf42aae979eb3bc6318ede2bbdb6b1eb34c217d653f27b06f4cc'],
  ['rotations', 3, 1.4, '727f8339ca93f2f6202d9c16876023392f7c3ed9a06e2dc9f69064381761399a'],
  ['spd', 2, 3, '04eef617b7ad08aef7148f96d9a4a72b26a0b7c6c80f8de93afd19e19cfea149'],
  ['spd', 4, 2, '79841f84f3d97ca31cda97059f552949dda72e9b3dd3f0f0be2d0058f45e3b51'],
  ['hyperbolic', 2, 4, 'a0299ced8e4d7a5ca5623d974bee02495eba35ec982eb721758e17a39785a4e5'],
  ['hyperbolic', 4, 2, '9f1bf347156900f5db72ee921e62ea716189cf7ae229b163084087b881bf9d99'],
] as const)('centres on %s %d within %d have the same bits on every engine', (id, dimension, radius, bits) => {
  expect(bitsOfCentres(id, dimension, radius)).toBe(bits);
});
