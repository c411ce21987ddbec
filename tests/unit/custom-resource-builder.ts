// A request of CloudFormation for the custom resource BucketEvents.
export const createRequest = {
  RequestType: 'Create',
  ResponseURL: 'https://responses.example.com/signed',
  StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/acdhub-amazon-connector-acme/7d1',
  RequestId: 'request-1',
  LogicalResourceId: 'BucketEvents',
  ResourceType: 'Custom::BucketEvents',
  ResourceProperties: {
    ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:enable-bucket-events',
    BucketName: 'reports',
    Manage: 'true',
  },
};
