// What a function's code can do, found by following every name from its handler: calls of AWS and environment variables.
// A method of a store counts only where it is called: agent-events writes to the staging bucket and never reads from it.
import { basename } from 'node:path';
import ts from 'typescript';

export interface CodeCalls {
  /** `<file in lib/io>: <command>`, e.g. `source-bucket.ts: HeadObject`; for a table, the store that calls it. */
  readonly commands: readonly string[];
  /** Environment variables the code asks for by name. */
  readonly variables: readonly string[];
}

export type ReadCodeCalls = (functionKey: string) => CodeCalls;

/** Reads the sources once; the answer is for one function each. `root` is the folder of the checkout, without a slash. */
export function createCodeCalls(root: string, functionKeys: readonly string[]): ReadCodeCalls {
  const toHandler = (functionKey: string) => `${root}/functions/${functionKey}/handler.ts`;
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}/tsconfig.json`, (file) => ts.sys.readFile(file)).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(functionKeys.map(toHandler), options);
  const graph = new CodeGraph(program, (file) => /^\/(functions|schemas)\//.test(file.fileName.slice(root.length)));
  const known = new Map<string, CodeCalls>();
  return (functionKey) => {
    const source = program.getSourceFile(toHandler(functionKey));
    if (source === undefined) throw new Error(`functions/${functionKey}/handler.ts cannot be read`);
    const calls = known.get(functionKey) ?? graph.follow(source);
    known.set(functionKey, calls);
    return calls;
  };
}

interface Step {
  readonly node: ts.Node;
  /** The file in lib/io that was passed last on the way here; a table's own file does not count. */
  readonly store: string;
}

interface FoundCalls {
  readonly commands: Set<string>;
  readonly variables: Set<string>;
  readonly open: Step[];
}

/** Both tables are read and written by it: what tells them apart is the store that calls. */
const tableFile = 'checkpoint-table.ts';

function readStore(file: ts.SourceFile, before: string): string {
  const name = basename(file.fileName);
  return name === tableFile || !file.fileName.includes('/functions/lib/io/') ? before : name;
}

/** Our declarations, and where each name in them leads. */
class CodeGraph {
  readonly #checker: ts.TypeChecker;
  readonly #isOurs: (file: ts.SourceFile) => boolean;
  /** By the member of an interface: the methods of object literals that stand in for it. */
  readonly #implementations = new Map<ts.Node, Set<ts.Node>>();

  constructor(program: ts.Program, isOurs: (file: ts.SourceFile) => boolean) {
    this.#checker = program.getTypeChecker();
    this.#isOurs = isOurs;
    for (const file of program.getSourceFiles()) {
      if (isOurs(file)) this.#indexMethods(file);
    }
  }

  follow(source: ts.SourceFile): CodeCalls {
    const calls: FoundCalls = { commands: new Set(), variables: new Set(), open: [] };
    const seen = new Map<ts.Node, Set<string>>();
    const module = this.#checker.getSymbolAtLocation(source);
    const exported = module === undefined ? [] : this.#checker.getExportsOfModule(module);
    calls.open.push(...exported.flatMap((symbol) => symbol.declarations ?? []).map((node) => ({ node, store: '' })));
    for (let step = calls.open.pop(); step !== undefined; step = calls.open.pop()) {
      const stores = seen.get(step.node) ?? new Set();
      if (stores.has(step.store)) continue;
      seen.set(step.node, stores.add(step.store));
      this.#walk(step.node, step, calls);
    }
    return { commands: [...calls.commands].toSorted(), variables: [...calls.variables].toSorted() };
  }

  #walk(node: ts.Node, step: Step, calls: FoundCalls): void {
    // Followed where it is called, not where the object or the function around it is made.
    if (node !== step.node && (this.#listStoodInFor(node).length > 0 || isInnerFunction(node))) return;
    if (ts.isTypeNode(node)) return;
    const store = readStore(node.getSourceFile(), step.store);
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
      const command = /^(\w+)Command$/.exec(node.expression.text)?.[1];
      if (command !== undefined) calls.commands.add(`${store}: ${command}`);
    }
    const variable = readVariable(node);
    if (variable !== null) calls.variables.add(variable);
    if (ts.isIdentifier(node)) calls.open.push(...this.#listTargets(node).map((target) => ({ node: target, store })));
    ts.forEachChild(node, (child) => {
      this.#walk(child, step, calls);
    });
  }

  /** Where the code goes on when it comes upon this name. */
  #listTargets(name: ts.Identifier): ts.Node[] {
    return [...this.#listDeclarations(name), ...this.#listDestructured(name)].flatMap((declaration) => {
      const methods = this.#implementations.get(declaration);
      if (methods !== undefined) return [...methods];
      return this.#isOurs(declaration.getSourceFile()) && isFollowed(declaration) ? [declaration] : [];
    });
  }

  #listDeclarations(name: ts.Identifier): readonly ts.Declaration[] {
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(name.parent)
      : this.#checker.getSymbolAtLocation(name);
    if (symbol === undefined) return [];
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return (isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol).declarations ?? [];
  }

  /** `const { head } = source` names the member of the interface too. */
  #listDestructured(name: ts.Identifier): readonly ts.Declaration[] {
    const element = name.parent;
    if (!ts.isBindingElement(element) || !ts.isObjectBindingPattern(element.parent)) return [];
    const property = element.propertyName ?? name;
    if (!ts.isIdentifier(property)) return [];
    return this.#checker.getTypeAtLocation(element.parent).getProperty(property.text)?.declarations ?? [];
  }

  #indexMethods(node: ts.Node): void {
    for (const member of this.#listStoodInFor(node)) {
      this.#implementations.set(member, (this.#implementations.get(member) ?? new Set()).add(node));
    }
    ts.forEachChild(node, (child) => {
      this.#indexMethods(child);
    });
  }

  /** The members of interfaces that a method of an object literal stands in for. */
  #listStoodInFor(node: ts.Node): readonly ts.Declaration[] {
    if (!isMethod(node) || !ts.isObjectLiteralExpression(node.parent) || !ts.isIdentifier(node.name)) return [];
    const expected = this.#checker.getContextualType(node.parent)?.getProperty(node.name.text);
    return (expected?.declarations ?? []).filter(
      (declaration) => ts.isMethodSignature(declaration) || ts.isPropertySignature(declaration),
    );
  }
}

const isFunction = (node: ts.Node | undefined) =>
  node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/** A property whose value is no function is followed with the object it stands in. */
const isMethod = (node: ts.Node): node is ts.MethodDeclaration | ts.PropertyAssignment =>
  ts.isMethodDeclaration(node) || (ts.isPropertyAssignment(node) && isFunction(node.initializer));

/** `const read = () => …` inside another function. */
const isInnerFunction = (node: ts.Node) =>
  ts.isFunctionDeclaration(node) || (ts.isVariableDeclaration(node) && isFunction(node.initializer));

const isFollowed = (declaration: ts.Declaration) =>
  ts.isFunctionDeclaration(declaration) ||
  ts.isVariableDeclaration(declaration) ||
  ts.isClassDeclaration(declaration) ||
  ts.isMethodDeclaration(declaration);

/** `requireVariable(environment, 'NAME')` and `environment['NAME']`. */
function readVariable(node: ts.Node): string | null {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'requireVariable') {
    const name = node.arguments[1];
    return name !== undefined && ts.isStringLiteral(name) ? name.text : null;
  }
  if (ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression)) {
    return node.expression.getText() === 'environment' ? node.argumentExpression.text : null;
  }
  return null;
}
