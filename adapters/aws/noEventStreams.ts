/**
 * Stands in for the AWS SDK's event streams when functions are bundled: of the operations that the axis calls, none
 * streams events, and the real module weighs 15 KB in every function.
 */
export const resolveEventStreamSerdeConfig = <T extends object>(config: T): T => config;

export function eventStreamSerdeProvider(): never {
  throw new Error('event streams are not part of this bundle');
}

export const EventStreamSerde = eventStreamSerdeProvider;
