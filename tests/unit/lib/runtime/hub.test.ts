import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../../functions/lib/domain/errors.ts';
import { openHub } from '../../../../functions/lib/runtime/hub.ts';
import { parseSettings } from '../../../../functions/lib/runtime/settings.ts';

const settings = parseSettings({ acd: { name: 'acd' }, hub: { url: 'http://127.0.0.1:1' } }, 'customer.yml');
const environment = { AWS_REGION: 'eu-central-1', HUB_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:hub' };

describe('openHub', () => {
  it('takes an address without TLS in the local stack alone', () => {
    expect(() => openHub({ ...environment, HUB_ALLOW_HTTP: '1' }, settings)).not.toThrow();
    for (const HUB_ALLOW_HTTP of [undefined, '', '0', 'true']) {
      expect(() => openHub({ ...environment, HUB_ALLOW_HTTP }, settings)).toThrow(ConfigError);
    }
  });
});
