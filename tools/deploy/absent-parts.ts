// What a customer does not have is not in the template: no condition, no empty list, no key with nothing behind it.

/** Stands in serverless.yml for a part that is not there. CloudFormation itself would read it in the same way. */
export const absent = { Ref: 'AWS::NoValue' } as const;
export type Absent = typeof absent;

function isAbsent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Ref' in value && value.Ref === absent.Ref;
}

/** Takes absent entries out of lists, and absent properties out of objects, at every depth, in the value given itself. */
export function removeAbsentParts(value: unknown): void {
  if (Array.isArray(value)) {
    const present: unknown[] = value.filter((entry) => !isAbsent(entry));
    value.splice(0, value.length, ...present);
    present.forEach(removeAbsentParts);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (isAbsent(child)) Reflect.deleteProperty(value, key);
      else removeAbsentParts(child);
    }
  }
}
