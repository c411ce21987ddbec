// A mistake made in a good template, and the rule that must notice it.
import { at, isRecord, type CustomerFacts, type Template } from '../../../tools/deploy/template-rules/template.ts';

export interface Mutation {
  readonly mistake: string;
  readonly rule: string;
  /** Of what the finding says. */
  readonly says: RegExp;
  readonly make: (edit: TemplateEditor, customer: CustomerFacts) => void;
}

/** Changes a template in place. A path is the keys on the way with `/` between; list entries by their number. */
export class TemplateEditor {
  readonly template: Template;

  constructor(template: Template) {
    this.template = template;
  }

  read(path: string): unknown {
    return at(this.template, ...toSteps(path));
  }

  /** Its parent must be there: a mistake made beside the template proves nothing. */
  set(path: string, value: unknown): void {
    const [parent, key] = this.#find(path);
    parent[key] = value;
  }

  /** It must be there. */
  remove(path: string): void {
    const [parent, key] = this.#find(path);
    if (!(key in parent)) throw new Error(`${path} is not in the template`);
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  }

  /** A statement more in the inline policy of a role. */
  allow(role: string, action: string, resource: unknown): void {
    const path = `${role}/Properties/Policies/0/PolicyDocument/Statement`;
    this.set(path, [...this.#readList(path), { Effect: 'Allow', Action: action, Resource: resource }]);
  }

  /** Every statement of a role that holds the action goes. */
  forbid(role: string, action: string): void {
    const path = `${role}/Properties/Policies/0/PolicyDocument/Statement`;
    this.set(
      path,
      this.#readList(path).filter((statement) => ![at(statement, 'Action')].flat().includes(action)),
    );
  }

  #readList(path: string): readonly unknown[] {
    const list = this.read(path);
    if (!Array.isArray(list)) throw new Error(`${path} is no list in the template`);
    return list;
  }

  #find(path: string): [parent: Record<string, unknown>, key: string] {
    const steps = toSteps(path);
    const parent = at(this.template, ...steps.slice(0, -1));
    if (!isRecord(parent) && !Array.isArray(parent)) throw new Error(`There is no place for ${path} in the template`);
    return [parent as Record<string, unknown>, String(steps.at(-1))];
  }
}

/** Below Resources, unless another section is named. */
const toSteps = (path: string): (string | number)[] => {
  const steps = path.split('/').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return ['Outputs', 'Parameters'].includes(String(steps[0])) ? steps : ['Resources', ...steps];
};

/** A mistake in a function's properties. */
export const inFunction = (functionKey: string, path: string) =>
  `${functionKey[0]!.toUpperCase()}${functionKey.slice(1).replaceAll('-', 'Dash')}LambdaFunction/Properties/${path}`;

export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
