import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { rulePacks } from '../lib/checks.ts';
import { DeployError } from '../lib/read-policy.ts';
import { readSettings } from '../lib/settings.ts';
import { SharingStack } from '../lib/stack.ts';

try {
  const app = new App();
  const settings = readSettings((name) => app.node.tryGetContext(name), join(import.meta.dirname, '..'));
  new SharingStack(app, settings);
  Validations.of(app).addPlugins(...rulePacks());
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(error.message);
  // At once: an app left half-built would still be synthesized when the process ends by itself.
  process.exit(1);
}
