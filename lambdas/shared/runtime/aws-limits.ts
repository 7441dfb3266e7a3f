/**
 * What every AWS client of the functions is made with. The SDK waits for an answer without end unless told, and a
 * connection that died while its Lambda was frozen would take all of the function's time with it.
 */
export const AWS_LIMITS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
