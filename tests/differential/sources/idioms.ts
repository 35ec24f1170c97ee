import { create, other } from 'kit';
import { firstName, LastName, plain } from './barrel';
import './styles/site';
import type { Shape } from "../shapes/shape.ts";

export const loaded = await Promise.all([await first(), second(), [await third()]]);
const lazy = () => import('./pages/home');

try {
  console.log(create(other));
  console.error('before');
} catch (error) {
  console.error(error);
  console.warn('inside');
}
console.info(firstName, LastName, plain, lazy);

let title: string | undefined;
title = title || 'none';
title = title ?? make();
let shape = title && other;
shape = shape && next(shape);
shape = title || shape;

class Plain implements Hook {
  onInit() {}
  onInitLater() { return 1; }
  stop() {}
}
@Known()
class Marked {
  onInit() {}
}
const made = build(create(1), kit.create(2));

made.should.exist;
made.name.should.equal('a');
made.list.should.have;
export type Box = Shape;
