import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addPins } from '../../../bin/ckpt/pins/add-pins.ts';
import { A, B, policyIn } from './policies.ts';

const HEAD = 'version: 1\nprojects:\n  prod-eu: { id: proj_EU }\n  "null": { id: proj_NULL }\n';
const PINS = [
  { checkpoint: A, to: ['proj_EU', 'proj_X'] },
  { checkpoint: B, to: ['proj_NULL'] },
];
const ITEM_A = `- checkpoint: ${A}\n    to: [prod-eu, proj_X]`;
const ITEM_B = `- checkpoint: ${B}\n    to: ["null"]`;
const THERE = 'ft:gpt:org::There';
const ANEW_A = `- checkpoint: ${A}\n    to: [ prod-eu, proj_X ]`;
const ANEW_B = `- checkpoint: ${B}\n    to: [ "null" ]`;
const FLOW_A = `{ checkpoint: ${A}, to: [ prod-eu, proj_X ] }`;
const FLOW_B = `{ checkpoint: ${B}, to: [ "null" ] }`;
const JSON_A = `{ "checkpoint": "${A}", "to": [ "prod-eu", "proj_X" ] }`;

const add = (text: string, pins = PINS) => addPins(text, policyIn(text), pins);

describe('pins are added', () => {
  it.each<[string, string, string]>([
    ['to a file without permissions', '', `\npermissions:\n  ${ITEM_A}\n  ${ITEM_B}\n`],
    [
      'after the last item, before the comments that follow',
      `permissions:\n  - checkpoint: ${THERE} # a\n    to: [ prod-eu ]   # b\n  # c\n\nprune: true   # d\n`,
      `permissions:\n  - checkpoint: ${THERE} # a\n    to: [ prod-eu ]   # b\n  ${ITEM_A}\n  ${ITEM_B}\n  # c\n\nprune: true   # d\n`,
    ],
    [
      'to a list that is not indented, without a line break at the end of the file',
      `permissions:\n- checkpoint: ${THERE}\n  to:\n  - proj_Z`,
      `permissions:\n- checkpoint: ${THERE}\n  to:\n  - proj_Z\n${ITEM_A}\n${ITEM_B}\n`.replaceAll(
        '\n    to',
        '\n  to',
      ),
    ],
    [
      'below a key that holds nothing',
      'permissions: # none yet\nprune: true\n',
      `permissions: # none yet\n  ${ITEM_A}\n  ${ITEM_B}\nprune: true\n`,
    ],
    ['instead of an empty list', 'permissions: []   # c', `permissions:\n  ${ANEW_A}\n  ${ANEW_B}\n  # c\n`],
    ['instead of null', 'permissions: ~ # c\n', `permissions:\n  ${ANEW_A}\n  ${ANEW_B}\n  # c\n`],
    [
      'to a list in brackets',
      `permissions: [{ checkpoint: ${THERE}, to: [prod-eu] }] # c\n`,
      `permissions:\n  [\n    { checkpoint: ${THERE}, to: [ prod-eu ] },\n    ${FLOW_A},\n    ${FLOW_B}\n  ] # c\n`,
    ],
    [
      'to a list in brackets over several lines, with a comma at its end',
      `permissions: [\n    { checkpoint: ${THERE}, to: prod-eu }, # c\n  ]\n`,
      `permissions:\n  [\n    { checkpoint: ${THERE}, to: prod-eu },\n    ${FLOW_A},\n    ${FLOW_B}\n  ] # c\n`,
    ],
    [
      'to a list in brackets in which only a comment is',
      'permissions: [ # c\n  ]\n',
      `permissions:\n  ${ANEW_A}\n  ${ANEW_B}\n  # c\n`,
    ],
    [
      'to an item that ends with a text over several lines',
      `permissions:\n  - to: prod-eu\n    checkpoint: |-\n      ${THERE}\n\nprune: true\n`,
      `permissions:\n  - to: prod-eu\n    checkpoint: |-\n      ${THERE}\n  ${ITEM_A}\n  ${ITEM_B}\n\nprune: true\n`,
    ],
    [
      'to a list with an anchor',
      `permissions: &pins\n  - checkpoint: ${THERE}\n    to: &to [prod-eu]\n`,
      `permissions: &pins\n  - checkpoint: ${THERE}\n    to: &to [prod-eu]\n  ${ITEM_A}\n  ${ITEM_B}\n`,
    ],
    [
      'to a list in brackets with anchors and aliases, of which none is lost',
      `permissions: &pins [{ checkpoint: ${THERE}, to: &to [prod-eu] }, { checkpoint: ${B}, to: *to }]\n`,
      `permissions:\n  &pins [\n    { checkpoint: ${THERE}, to: &to [ prod-eu ] },\n    { checkpoint: ${B}, to: *to },\n    ${FLOW_A},\n    ${FLOW_B}\n  ]\n`,
    ],
    [
      'under an explicit key',
      `? permissions\n: - { checkpoint: ${THERE}, to: prod-eu } # c\n`,
      `permissions:\n  - { checkpoint: ${THERE}, to: prod-eu } # c\n  ${ANEW_A}\n  ${ANEW_B}\n`,
    ],
    [
      'before the end of the document',
      'prune: true # c\n...\n',
      `prune: true # c\npermissions:\n  ${ANEW_A}\n  ${ANEW_B}\n...\n`,
    ],
  ])('%s', (_, before, after) => {
    expect(add(HEAD + before)).toBe(HEAD + after);
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    expect(add(windows(HEAD + before))).toBe(windows(HEAD + after));
    expect(add(`\uFEFF${HEAD}${before}`)).toBe(`\uFEFF${HEAD}${after}`);
  });

  const projects = '"projects": { "prod-eu": { "id": "proj_EU" } }';
  it.each<[string, string, string]>([
    [
      'on one line',
      '{"version":1,"projects":{"prod-eu":{"id":"proj_EU"}},"prune":true}',
      `{\n  "version": 1,\n  ${projects},\n  "prune": true,\n  "permissions": [ ${JSON_A} ]\n}\n`.replaceAll(
        /(?<=[[{]) (?=["{])|(?<=["}\]]) (?=[}\]])/g,
        '',
      ),
    ],
    [
      'over several lines, with an empty list',
      `{\n  "version": 1,\n  ${projects},\n  "permissions": []\n}\n`,
      `{\n  "version": 1,\n  ${projects},\n  "permissions": [ ${JSON_A} ]\n}\n`,
    ],
    [
      'over several lines, with null',
      `{\n  "version": 1,\n  "permissions": null,\n  ${projects}\n}\n`,
      `{\n  "version": 1,\n  "permissions": [ ${JSON_A} ],\n  ${projects}\n}\n`,
    ],
    [
      'with permissions',
      `{\n  "version": 1,\n  ${projects},\n  "permissions": [\n    { "checkpoint": "${THERE}", "to": "proj_Z" }\n  ]\n}\n`,
      `{\n  "version": 1,\n  ${projects},\n  "permissions":\n    [\n      { "checkpoint": "${THERE}", "to": "proj_Z" },\n      ${JSON_A}\n    ]\n}\n`,
    ],
    [
      'with a long text',
      `{ "version": 1, ${projects}, "rules": [ { "name": "${'a rule '.repeat(25)}end", "from": "prod-eu", "to": "proj_Z" } ] }`.replace(
        '"id": "proj_EU"',
        '"id": "proj_EU", "source": {}',
      ),
      '',
    ],
  ])('to a JSON file %s, which stays JSON', (_, before, after) => {
    const added = add(before, [{ checkpoint: A, to: ['proj_EU', 'proj_X'] }]) ?? '';
    if (after !== '') expect(added).toBe(after);
    const permissions = [...(JSON.parse(before).permissions ?? []), JSON.parse(JSON_A)];
    expect(JSON.parse(added)).toEqual({ ...JSON.parse(before), permissions });
  });

  it('to the example without a change to any other line', () => {
    const example = readFileSync(new URL('../../../sharing.example.yaml', import.meta.url), 'utf8');
    const added = add(example, [{ checkpoint: A, to: ['proj_CCC', 'proj_NEW'] }]);
    const pin = `  - checkpoint: ${A}\n    to: [prod-us, proj_NEW]\n`;
    expect(added).toContain(`    to: [prod-eu]\n${pin}\nprune: false                               # true`);
    expect(added?.replace(pin, '')).toBe(example);
  });
});

it('under aliases that YAML would take for something else than a text, pins are quoted', () => {
  const text = 'version: 1\nprojects: { "true": { id: proj_1 }, "12": { id: proj_2 }, 1e3: { id: proj_3 } }\n';
  const quoted = text.replace('1e3', '"1e3"');
  const added = add(quoted, [{ checkpoint: A, to: ['proj_1', 'proj_2', 'proj_3'] }]);
  expect(added).toContain('to: ["true", "12", "1e3"]');
});

it('nothing is added where permissions are merged from elsewhere', () => {
  expect(add(`${HEAD}<<: { permissions: [{ checkpoint: ${THERE}, to: prod-eu }] }\n`)).toBeNull();
});
