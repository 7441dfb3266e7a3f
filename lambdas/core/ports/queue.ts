import type { ObserveRequest } from '../model/observe-request.ts';

export interface ObserveQueue {
  send(request: ObserveRequest): Promise<void>;
}

/** A queue that takes a message as it was. */
export interface MessageQueue {
  sendBody(body: string): Promise<void>;
}

/** What the observe queue has set aside after too many receives. */
export interface DeadLetters {
  /**
   * Up to ten messages; none may mean that there are none to see just now. What is received is hidden from others for a
   * minute and then comes back, unless it was deleted.
   */
  receive(): Promise<readonly DeadLetter[]>;
  delete(receiptHandle: string): Promise<void>;
}

export interface DeadLetter {
  /** The same however often the message is received, unlike its receipt. */
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
}

/** Wakes the share function; it finds its work in the ledger. */
export interface ShareWaker {
  wake(): Promise<void>;
}

/** What a person asks of the reconcile function. */
export interface ReconcileOrder {
  /** Every tracked checkpoint is put up for verification, not only the stalest within the budget. */
  readonly verifyAll: boolean;
  /** When it was asked for; milliseconds since the epoch. */
  readonly askedAt: number;
}

/** Starts the reconcile function, without waiting for it. */
export interface ReconcileStarter {
  start(order: ReconcileOrder): Promise<void>;
}
