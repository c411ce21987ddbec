// The commands of acdhub, in the order of its help. A new one is a file that exports an AddCommand, and a line here.
import { addCoverage } from './commands/coverage.ts';
import { addDlq } from './commands/dlq.ts';
import { addDrift } from './commands/drift.ts';
import { addEntities } from './commands/entities.ts';
import { addExecutions } from './commands/executions.ts';
import { addPreview } from './commands/preview.ts';
import { addReconcile } from './commands/reconcile.ts';
import { addRedrive } from './commands/redrive.ts';
import { addReload } from './commands/reload.ts';
import { addShow } from './commands/show.ts';
import { addStatus } from './commands/status.ts';
import type { AddCommand } from './session.ts';

export const commands: readonly AddCommand[] = [
  addStatus,
  addCoverage,
  addExecutions,
  addShow,
  addRedrive,
  addReload,
  addDlq,
  addReconcile,
  addDrift,
  addEntities,
  addPreview,
];
