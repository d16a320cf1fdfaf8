import type { SeenService } from '@orderbridge/contracts/health-api';

export const SERVICE_STATE_COLORS = { healthy: 'green', unhealthy: 'orange', down: 'red' } as const satisfies Record<
  SeenService['state'],
  string
>;
