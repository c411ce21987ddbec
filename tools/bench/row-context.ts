// What the rows of the benchmark are read with: the local stack's settings, but for the limits, since a measured report is
// longer than any that arrives.
import type { RowContext } from '../../functions/lib/domain/report-rows/report-rows.ts';
import type { Settings } from '../../schemas/settings.ts';
import { loadLocalSettings } from '../local/settings.ts';

export async function loadRowContext(): Promise<RowContext & { readonly settings: Settings }> {
  const settings = await loadLocalSettings();
  const reports = { ...settings.reports, maxRows: 1_000_000, maxBytes: 1_000_000_000 };
  return {
    ...{ kind: 'QR', runTime: '2026-11-22T12:00:00.000Z', uploadedAt: '2026-11-22T12:15:20.000Z' },
    settings: { ...settings, reports },
  };
}
