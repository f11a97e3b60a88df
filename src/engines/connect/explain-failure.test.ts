import { expect, it } from 'vitest';
import { explainRefusal, explainTaskFailure } from './explain-failure.ts';

const rest = 'io.strimzi.operator.cluster.operator.assembly.ConnectRestException';

it.each([
  [
    'a class that is not there',
    `${rest}: POST /connectors returned 400 (400): org.apache.kafka.connect.errors.ConnectException: Failed to find any class that implements Connector and which name matches FileStreamSnk, available connectors are: PluginDesc{klass=class org.apache.kafka.connect.file.FileStreamSinkConnector, name='x'}`,
    /^The Connect cluster has no connector FileStreamSnk\. It has org\.apache\.kafka\.connect\.file\.FileStreamSinkConnector\. Correct the class/,
  ],
  [
    'a class that is misspelt',
    `POST /connectors returned 400 (400): Failed to find any class that implements Connector and which name matches x.FileStreamSinkConnecter, available connectors are: PluginDesc{klass=class org.apache.kafka.connect.file.FileStreamSinkConnector}`,
    /Did you mean org\.apache\.kafka\.connect\.file\.FileStreamSinkConnector\?/,
  ],
  [
    'a Secret that is not there',
    `${rest}: POST /connectors returned 500 (500): Secret db in namespace team-a not found`,
    /^Secret db in namespace team-a does not exist, .*"sdp secret set db"/,
  ],
  [
    'a list of errors',
    `${rest}: PUT /connectors/c/config returned 400 (400): Connector configuration is invalid and contains the following 1 error(s):\nInvalid value abc for configuration batch.size: Not a number of type INT\nYou can also find the above list of errors at the endpoint \`/x\``,
    /^Connector configuration is invalid and contains the following 1 error\(s\):\nInvalid value abc for configuration batch\.size: Not a number of type INT$/,
  ],
  ['anything else', 'oops', /^oops$/],
])('explains %s', (_, message, expected) => {
  expect(explainRefusal(message)).toMatch(expected);
});

it.each([
  [
    'records without a schema',
    `org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded in error handler\n\tat a.B.c(B.java:1)\nCaused by: org.apache.kafka.connect.errors.DataException: JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.\n\tat d.E.f(E.java:2)\n`,
    /schemas\.enable requires .* set value\.converter\.schemas\.enable/s,
  ],
  [
    'dead letters with three copies',
    'org.apache.kafka.connect.errors.ConnectException: Could not initialize dead letter queue with topic=dlq\n\tat a.B.c(B.java:1)\nCaused by: org.apache.kafka.common.errors.InvalidReplicationFactorException: Unable to replicate the partition 3 time(s).\n',
    /Unable to replicate .* declare dlq with the module kafka\/topic, or set errors\.deadletterqueue\.topic\.replication\.factor to -1\.$/,
  ],
  [
    'a wrong password',
    'org.apache.kafka.connect.errors.ConnectException: cannot connect\n\tat a.B.c(B.java:1)\nCaused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "x"\n\tat d.E.f(E.java:2)\n',
    /password authentication failed for user "x"\. The database refuses user or password/,
  ],
  [
    'what is not known',
    'java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\n',
    /^IllegalStateException: no$/,
  ],
])('explains %s', (_, trace, expected) => {
  expect(explainTaskFailure(trace)).toMatch(expected);
});
