// Where the TypeScript compiler sees expressions and their operands, to be compared with `crates/syntax/examples/operands.rs`, whose format it prints.
//
//     node operands.mjs FOLDER < files
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ts = createRequire(join(process.cwd(), "package.json"))("typescript");
const folder = process.argv[2];
const files = readFileSync(0, "utf8").split("\n").filter(Boolean);

/** Byte offsets from UTF-16 offsets. */
function byteOffsets(text) {
  if (/^[\x00-\x7f]*$/.test(text)) return (offset) => offset;
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    offsets[index] = bytes;
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xdc00 ? 4 : code >= 0xdc00 && code < 0xe000 ? 0 : 3;
  }
  offsets[text.length] = bytes;
  return (offset) => offsets[offset];
}

/** Name in the output, and the operand. */
function operandOf(node) {
  switch (node.kind) {
    case ts.SyntaxKind.CallExpression:
      return ["call", node.expression];
    case ts.SyntaxKind.TaggedTemplateExpression:
      return ["call", node.tag];
    case ts.SyntaxKind.NewExpression:
      return ["new", node.expression];
    case ts.SyntaxKind.AwaitExpression:
      return ["await", node.expression];
    case ts.SyntaxKind.YieldExpression:
      return ["yield", node.expression];
    case ts.SyntaxKind.SpreadElement:
    case ts.SyntaxKind.SpreadAssignment:
      return ["spread", node.expression];
    case ts.SyntaxKind.TypeOfExpression:
    case ts.SyntaxKind.VoidExpression:
    case ts.SyntaxKind.DeleteExpression:
      return ["unary", node.expression];
    case ts.SyntaxKind.PrefixUnaryExpression:
    case ts.SyntaxKind.PostfixUnaryExpression: {
      const isUpdate = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
      // `-1` as a type is a literal to the grammar.
      return ts.isLiteralTypeNode(node.parent) ? undefined : [isUpdate ? "update" : "unary", node.operand];
    }
    case ts.SyntaxKind.BinaryExpression: {
      // A sequence is one node to the grammar, and a default in a pattern is no assignment.
      if (node.operatorToken.kind === ts.SyntaxKind.CommaToken || isPattern(node)) return undefined;
      return ["binary", node.right];
    }
    case ts.SyntaxKind.ConditionalExpression:
      return ["ternary", node.condition];
    case ts.SyntaxKind.PropertyAccessExpression:
      return ["member", node.expression];
    case ts.SyntaxKind.ElementAccessExpression:
      return ["subscript", node.expression];
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.SatisfiesExpression:
      return ["as", node.expression];
    case ts.SyntaxKind.NonNullExpression:
      return ["non-null", node.expression];
    case ts.SyntaxKind.ExpressionWithTypeArguments:
      return ts.isHeritageClause(node.parent) ? undefined : ["instantiation", node.expression];
    case ts.SyntaxKind.ArrowFunction:
      return ["arrow", node.body];
    case ts.SyntaxKind.VariableDeclaration:
      return ["declarator", node.initializer];
    case ts.SyntaxKind.TypeOperator:
      return node.operator === ts.SyntaxKind.ReadonlyKeyword ? ["readonly", node.type] : undefined;
    case ts.SyntaxKind.ArrayType:
      return ["array type", node.elementType];
    case ts.SyntaxKind.ConditionalType:
      return ["conditional type", node.checkType];
  }
}

/** Whether an `=` gives the default of what a pattern takes apart. */
function isPattern(node) {
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  let at = node;
  let parent = node.parent;
  while (ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent) || ts.isPropertyAssignment(parent) || ts.isSpreadElement(parent)) {
    at = parent;
    parent = parent.parent;
  }
  if (at === node) return false;
  return (ts.isBinaryExpression(parent) && parent.left === at && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) || ((ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === at);
}

for (const path of files) {
  const text = readFileSync(join(folder, path), "utf8");
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true, path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const bytes = byteOffsets(text);
  const lines = [`file\t${path}\t${source.parseDiagnostics.length}\t0`];
  const stack = [source];
  while (stack.length > 0) {
    const node = stack.pop();
    const isType = ts.isHeritageClause(node) && (node.token === ts.SyntaxKind.ImplementsKeyword || ts.isInterfaceDeclaration(node.parent));
    if (isType) continue;
    const [name, operand] = operandOf(node) ?? [];
    if (operand) {
      const places = [node.getStart(source), node.getEnd(), operand.getStart(source), operand.getEnd()];
      lines.push([name, ...places.map(bytes)].join("\t"));
    }
    ts.forEachChild(node, (child) => void stack.push(child));
  }
  process.stdout.write(lines.join("\n") + "\n");
}
