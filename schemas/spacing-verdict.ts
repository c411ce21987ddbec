// How a report's run time can stand to the ones its series has had.

export const spacingVerdicts = ['first', 'next', 'gap', 'backfill', 'reload'] as const;

export type SpacingVerdict = (typeof spacingVerdicts)[number];
