// Packages of the local stack that bring no types: only what is used here.

declare module 'dynalite' {
  import type { Server } from 'node:http';
  const createDynalite: (options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }) => Server;
  export default createDynalite;
}

declare module 'kinesalite' {
  import type { Server } from 'node:http';
  const createKinesalite: (options?: { createStreamMs?: number }) => Server;
  export default createKinesalite;
}

declare module 'asl-validator' {
  /** Writes a QueryLanguage into every state of the definition it is given. */
  const validateDefinition: (
    definition: unknown,
    options?: { checkPaths?: boolean; checkArn?: boolean },
  ) => { isValid: boolean; errorsText: (separator?: string) => string };
  export default validateDefinition;
}
