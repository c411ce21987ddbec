// The form of a compiled check: a type guard that leaves its findings on itself.

export interface CheckFinding {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface Check<T> {
  (value: unknown): value is T;
  errors?: readonly CheckFinding[] | null;
}
