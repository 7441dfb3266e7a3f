import { adminKeyRoutes } from './routes/admin-keys.ts';
import { auditLogRoutes } from './routes/audit-logs.ts';
import { federationRuleRoutes } from './routes/federation-rules.ts';
import { identityProviderRoutes } from './routes/identity-providers.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelRoutes } from './routes/models.ts';
import { permissionRoutes } from './routes/permissions.ts';
import { projectKeyRoutes } from './routes/project-keys.ts';
import { projectRoutes } from './routes/projects.ts';
import type { Route } from './routes/route.ts';
import { tokenExchangeRoutes } from './routes/token-exchange.ts';
import { webhookEndpointRoutes } from './routes/webhook-endpoints.ts';

const ROUTES: readonly Route[] = [
  ...jobRoutes,
  ...permissionRoutes,
  ...modelRoutes,
  ...projectRoutes,
  ...auditLogRoutes,
  ...webhookEndpointRoutes,
  ...adminKeyRoutes,
  ...projectKeyRoutes,
  ...identityProviderRoutes,
  ...federationRuleRoutes,
  ...tokenExchangeRoutes,
];

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The route for a method and a path as sent, escaped or not; undefined when none is prepared. */
export function findRoute(method: string, pathname: string): Match | undefined {
  for (const route of ROUTES) {
    const params =
      route.method === method ? matchPath(`${route.key === 'none' ? '' : '/v1'}${route.path}`, pathname) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

function matchPath(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? '';
    if (part.startsWith(':') && text !== '') params[part.slice(1)] = withoutEscapes(text);
    else if (part !== text) return undefined;
  }
  return params;
}

/** A broken escape stays as it was sent: it names nothing, and is answered like any other unknown name. */
function withoutEscapes(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
