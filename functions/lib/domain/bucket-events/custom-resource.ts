// What CloudFormation asks of a custom resource, and what it is answered.
import { ConfigError, StateInputError } from '../errors.ts';

type RequestType = 'Create' | 'Update' | 'Delete';

export interface CustomResourceRequest {
  /** Any text: a word CloudFormation adds one day has to be answered too. */
  readonly requestType: string;
  /** Pre-signed: whoever knows it can answer in our place, so it stands in no log. */
  readonly responseUrl: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  /** Null when the resource is being created. */
  readonly physicalResourceId: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The names are CloudFormation's. */
export interface CustomResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data: { readonly InstalledAt: string };
}

export interface BucketOrder {
  readonly bucket: string;
  /** Account of the stack; the bucket must belong to it. */
  readonly ownerAccountId: string;
}

const idPrefix = 'bucket-events|';
/** CloudFormation takes answers of up to 4096 bytes; JSON may double a character, UTF-8 make three bytes of it. */
const maxReasonLength = 1_000;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** @throws {StateInputError} when the input names nobody to answer to */
export function parseCustomResourceRequest(input: unknown): CustomResourceRequest {
  const request = isObject(input) ? input : {};
  const read = (name: string): string => {
    const value = request[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new StateInputError(
      `enable-bucket-events takes CloudFormation's requests for a custom resource; ${name} is missing`,
    );
  };
  const physicalId = request['PhysicalResourceId'];
  const properties = request['ResourceProperties'];
  return {
    requestType: read('RequestType'),
    responseUrl: read('ResponseURL'),
    stackId: read('StackId'),
    requestId: read('RequestId'),
    logicalResourceId: read('LogicalResourceId'),
    physicalResourceId: typeof physicalId === 'string' && physicalId !== '' ? physicalId : null,
    properties: isObject(properties) ? properties : {},
  };
}

/**
 * The bucket whose events the request wants switched on; null when it wants nothing done: on removal, since others may
 * listen to the same events, and when the customer looks after them (property Manage 'false').
 * @throws {ConfigError} naming the property or the word that is wrong
 */
export function planBucketEvents({ requestType, stackId, properties }: CustomResourceRequest): BucketOrder | null {
  const known: readonly string[] = ['Create', 'Update', 'Delete'] satisfies RequestType[];
  if (!known.includes(requestType)) {
    throw new ConfigError(`Expected the RequestType ${known.join(', ')}; found ${requestType}`);
  }
  if (requestType === 'Delete') return null;
  const { BucketName: bucket, Manage: manage = 'true' } = properties;
  if (manage !== 'true' && manage !== 'false') {
    throw new ConfigError(`Expected the property Manage to be true or false; found ${JSON.stringify(manage)}`);
  }
  if (manage === 'false') return null;
  if (typeof bucket !== 'string' || bucket === '') {
    throw new ConfigError(
      `Expected the property BucketName to be the bucket of AmazonConnectS3BucketName; found ${bucket === undefined ? 'nothing' : JSON.stringify(bucket)}`,
    );
  }
  const ownerAccountId = stackId.split(':')[4] ?? '';
  if (!/^\d{12}$/.test(ownerAccountId)) {
    throw new ConfigError(`Expected the account's twelve digits in the stack's id; found ${stackId}`);
  }
  return { bucket, ownerAccountId };
}

/**
 * The answer to a request; `failure` is what to do, in words of an administrator, null when all is done. The physical id
 * is the one given, so that CloudFormation never replaces the resource, and holds the instant of its creation.
 */
export function toCustomResourceAnswer(
  request: CustomResourceRequest,
  failure: string | null,
  nowMs: number,
): CustomResourceAnswer {
  const physicalId = request.physicalResourceId ?? `${idPrefix}${new Date(nowMs).toISOString()}`;
  return {
    Status: failure === null ? 'SUCCESS' : 'FAILED',
    Reason: (failure ?? 'Done').slice(0, maxReasonLength),
    PhysicalResourceId: physicalId,
    StackId: request.stackId,
    RequestId: request.requestId,
    LogicalResourceId: request.logicalResourceId,
    Data: { InstalledAt: readInstalledAt(physicalId) },
  };
}

/** ISO 8601; '' for an id that holds no instant, since CloudFormation fails on an attribute that is absent. */
function readInstalledAt(physicalId: string): string {
  const text = physicalId.startsWith(idPrefix) ? physicalId.slice(idPrefix.length) : '';
  return Number.isNaN(Date.parse(text)) ? '' : text;
}
