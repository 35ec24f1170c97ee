// What the TypeScript compiler says about the names of each file, to be compared with auditlint.
//
//     node typescript.mjs FOLDER < files
//
// `files` are paths below FOLDER, one a line. Each file is bound and checked by itself, without the types of the standard library and without
// other modules: what no scope of the file declares has no symbol then, and is a global. Prints one JSON array a place: rule, path, and first and last byte.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ts = createRequire(join(process.cwd(), "package.json"))("typescript");
const folder = process.argv[2];
const files = readFileSync(0, "utf8").split("\n").filter(Boolean);
const PATHS = new Set(["process.env", "fetch", "console", "JSON", "Object.freeze"]);
const GLOBAL_OBJECTS = new Set(["globalThis", "window", "self", "global"]);
const BUILTIN = { process: "process", "node:process": "process", console: "console", "node:console": "console" };

function programOf(name, text) {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true, name.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const host = {
    fileExists: (file) => file === name,
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => "/",
    getDefaultLibFileName: () => "lib.d.ts",
    getNewLine: () => "\n",
    getSourceFile: (file) => (file === name ? source : undefined),
    readFile: () => undefined,
    useCaseSensitiveFileNames: () => true,
    writeFile: () => {},
  };
  const options = { noResolve: true, noLib: true, allowJs: true, jsx: ts.JsxEmit.Preserve, target: ts.ScriptTarget.ESNext };
  return { source, checker: ts.createProgram([name], options, host).getTypeChecker() };
}

/** Byte offsets from UTF-16 offsets that are asked for in any order. */
function byteOffsets(text) {
  if (/^[\x00-\x7f]*$/.test(text)) return (offset) => offset;
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    offsets[index] = bytes;
    const code = text.charCodeAt(index);
    const isFirstOfPair = code >= 0xd800 && code < 0xdc00;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : isFirstOfPair ? 4 : code >= 0xdc00 && code < 0xe000 ? 0 : 3;
  }
  offsets[text.length] = bytes;
  return (offset) => offsets[offset];
}

function check(path) {
  const text = readFileSync(join(folder, path), "utf8");
  const { source, checker } = programOf("/" + path, text);
  const isAmbient = (declaration) => (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) !== 0 || (declaration.flags & ts.NodeFlags.Ambient) !== 0;

  const symbolOf = (identifier) => {
    const parent = identifier.parent;
    if (ts.isShorthandPropertyAssignment(parent) && parent.name === identifier) return checker.getShorthandAssignmentValueSymbol(parent);
    if (ts.isExportSpecifier(parent)) return parent.parent.parent.moduleSpecifier ? undefined : checker.getExportSpecifierLocalTargetSymbol(parent);
    return checker.getSymbolAtLocation(identifier);
  };
  /** Whether a name that can be found is one that the file makes. */
  const isOwn = (symbol) => symbol?.declarations?.some((declaration) => declaration.getSourceFile() === source && !isAmbient(declaration)) ?? false;

  // Written after their declaration.
  const written = new Set();
  const noteWrites = (target) => {
    if (ts.isIdentifier(target)) {
      const symbol = symbolOf(target);
      if (symbol) written.add(symbol);
    } else if (ts.isArrayLiteralExpression(target)) {
      target.elements.forEach((element) => noteWrites(ts.isSpreadElement(element) ? element.expression : element));
    } else if (ts.isObjectLiteralExpression(target)) {
      for (const property of target.properties) {
        if (ts.isShorthandPropertyAssignment(property)) noteWrites(property.name);
        else if (ts.isPropertyAssignment(property)) noteWrites(property.initializer);
        else if (ts.isSpreadAssignment(property)) noteWrites(property.expression);
      }
    } else if (ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      noteWrites(target.left);
    } else if (ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) || ts.isAsExpression(target)) {
      noteWrites(target.expression);
    }
  };
  const eachNode = (visit) => {
    const stack = [source];
    while (stack.length > 0) {
      const node = stack.pop();
      visit(node);
      const children = [];
      ts.forEachChild(node, (child) => void children.push(child));
      stack.push(...children.reverse());
    }
  };
  eachNode((node) => {
    if (ts.isBinaryExpression(node) && ts.isAssignmentOperator(node.operatorToken.kind)) noteWrites(node.left);
    else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) noteWrites(node.operand);
    else if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) noteWrites(node.initializer);
  });

  const isTypePlace = (node) => ts.isPartOfTypeNode(node) || ts.isPartOfTypeQuery?.(node) || node.flags & ts.NodeFlags.JSDoc;
  const constantText = (node) => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return constantText(node.expression);
    if (!ts.isIdentifier(node)) return undefined;
    const symbol = symbolOf(node);
    const declaration = symbol?.valueDeclaration;
    const isConstant = declaration && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && !written.has(symbol);
    return isConstant && declaration.initializer ? constantText(declaration.initializer) : undefined;
  };
  /** The members that lead from an initial value to an element of a pattern. */
  const ofBinding = (element, depth) => {
    const pattern = element.parent;
    if (!ts.isObjectBindingPattern(pattern)) return undefined;
    const holder = pattern.parent;
    const from = ts.isBindingElement(holder) ? ofBinding(holder, depth + 1) : holder.initializer && resolve(holder.initializer, depth + 1);
    if (element.dotDotDotToken) return from;
    const key = element.propertyName ?? element.name;
    const name = ts.isIdentifier(key) || ts.isStringLiteral(key) ? key.text : ts.isComputedPropertyName(key) ? constantText(key.expression) : undefined;
    const path = from && name !== undefined ? member(from, name) : undefined;
    return path ?? (element.initializer ? resolve(element.initializer, depth + 1) : undefined);
  };
  const member = (path, name) => (GLOBAL_OBJECTS.has(path) ? name : name === "default" && Object.values(BUILTIN).includes(path) ? path : `${path}.${name}`);
  /** The path of an expression from a global on, or undefined. */
  const resolve = (node, depth = 0) => {
    if (depth > 50) return undefined;
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node) || ts.isTypeAssertionExpression(node)) return resolve(node.expression, depth + 1);
    if (ts.isPropertyAccessExpression(node)) {
      const path = resolve(node.expression, depth + 1);
      return path && member(path, node.name.text);
    }
    if (ts.isElementAccessExpression(node)) {
      const path = resolve(node.expression, depth + 1);
      const name = constantText(node.argumentExpression);
      return path && name !== undefined ? member(path, name) : undefined;
    }
    if (!ts.isIdentifier(node)) return undefined;
    const symbol = symbolOf(node);
    if (!isOwn(symbol)) return node.text;
    if (written.has(symbol) || symbol.declarations.length > 1) return undefined;
    const declaration = symbol.declarations[0];
    if (ts.isVariableDeclaration(declaration) && declaration.initializer) return resolve(declaration.initializer, depth + 1);
    if (ts.isBindingElement(declaration)) return ofBinding(declaration, depth + 1);
    if (ts.isParameter(declaration) && declaration.initializer) return resolve(declaration.initializer, depth + 1);
    const imported = ts.isImportSpecifier(declaration) || ts.isNamespaceImport(declaration) || ts.isImportClause(declaration);
    if (!imported) return undefined;
    let statement = declaration;
    while (!ts.isImportDeclaration(statement)) statement = statement.parent;
    const module = BUILTIN[statement.moduleSpecifier.text];
    if (!module) return undefined;
    return ts.isImportSpecifier(declaration) ? member(module, (declaration.propertyName ?? declaration.name).text) : module;
  };

  const bytes = byteOffsets(text);
  const print = (rule, node) => process.stdout.write(JSON.stringify([rule, path, bytes(node.getStart(source)), bytes(node.getEnd())]) + "\n");
  const isName = (node) => {
    const parent = node.parent;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
    if (ts.isBindingElement(parent) && parent.initializer !== node) return false;
    if ("name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent)) return false;
    if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return false;
    if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent)) return false;
    if (ts.isJsxAttribute(parent) || ts.isQualifiedName(parent) || ts.isJsxClosingElement(parent)) return false;
    if ((ts.isJsxOpeningElement(parent) || ts.isJsxSelfClosingElement(parent)) && /^[a-z]/.test(node.text)) return false;
    if (ts.isTypePredicateNode(parent) || ts.isNamespaceExport(parent)) return false;
    return !isTypePlace(node);
  };
  const isPlainWrite = (node) => ts.isBinaryExpression(node.parent) && node.parent.left === node && node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  eachNode((node) => {
    const isPath = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
    if (isPath ? isTypePlace(node) : !ts.isIdentifier(node) || !isName(node) || isPlainWrite(node)) return;
    const path = resolve(node);
    if (PATHS.has(path)) print(path, node);
  });

  // Declarations that nothing in the file mentions.
  // A parameter and a type parameter of one name are one symbol to the compiler, so values and types are kept apart here.
  const VALUE = 1;
  const TYPE = 2;
  const mentioned = new Map();
  const declared = new Map();
  eachNode((node) => {
    if (!ts.isIdentifier(node) || node.flags & ts.NodeFlags.JSDoc) return;
    const parent = node.parent;
    const declares =
      (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent) || ts.isFunctionDeclaration(parent) || ts.isFunctionExpression(parent) || ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent) || ts.isTypeAliasDeclaration(parent) || ts.isEnumDeclaration(parent) || ts.isTypeParameterDeclaration(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isImportSpecifier(parent) || ts.isModuleDeclaration(parent) || ts.isImportEqualsDeclaration(parent)) && parent.name === node;
    const symbol = symbolOf(node);
    if (!symbol) return;
    if (!declares) {
      if (!(ts.isBindingElement(parent) && parent.propertyName === node) && !(ts.isImportSpecifier(parent) && parent.propertyName === node)) {
        const both = ts.isExportSpecifier(parent) || ts.isExportAssignment(parent) || ts.isTypePredicateNode(parent);
        const space = both ? VALUE | TYPE : ts.isPartOfTypeNode(node) ? TYPE : VALUE;
        mentioned.set(symbol, (mentioned.get(symbol) ?? 0) | space);
      }
      return;
    }
    // What is exported, from the file or from a namespace in it, is there for others, and so is a field.
    if (node.text === "this" || ts.getCombinedModifierFlags(parent) & ts.ModifierFlags.Export) return;
    const isField = ts.isParameter(parent) && ts.isParameterPropertyDeclaration(parent, parent.parent);
    if (!isField) declared.set(node, [symbol, ts.isInterfaceDeclaration(parent) || ts.isTypeAliasDeclaration(parent) || ts.isTypeParameterDeclaration(parent) ? TYPE : ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent) ? VALUE : VALUE | TYPE]);
  });
  for (const [node, [symbol, spaces]] of declared) {
    // What is only described (`declare`) is there for others.
    const isMade = symbol.declarations.every((declaration) => !isAmbient(declaration) || ts.isTypeParameterDeclaration(declaration));
    if (((mentioned.get(symbol) ?? 0) & spaces) === 0 && isMade) print("unused", node);
  }
}

for (const path of files) {
  try {
    check(path);
  } catch (error) {
    process.stderr.write(`${path}: ${error.stack}\n`);
  }
}
