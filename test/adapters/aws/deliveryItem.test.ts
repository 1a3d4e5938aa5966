import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { toDelivery, toDeliveryItem } from '../../../adapters/aws/deliveryItem.ts';
import { aDelivery } from './records.ts';

const NOW = Date.UTC(2026, 2, 2, 8);
const delivery = aDelivery(NOW);

test('a delivery comes back from its item as it was', () => {
  expect(toDelivery(toDeliveryItem(delivery))).toEqual(delivery);
});

test('an item that holds its headline whole, as items did before, is read like one that packs it', () => {
  const { accepted: _, headline: __, ...rest } = unmarshall(toDeliveryItem(delivery));
  const { senderCode: _code, acceptedAt: _at, signed: _signed, ...headline } = delivery.headline;
  expect(toDelivery(marshall({ ...rest, headline }))).toEqual(delivery);
});

test('what the evidence log notes beside a delivery is no part of it', () => {
  const item = unmarshall(toDeliveryItem(delivery));
  expect(item).toMatchObject({ logShard: expect.stringMatching(/^log#\d+$/), logAt: expect.any(Number) });
  expect(toDelivery(marshall({ ...item, logged: [[1, 0, 0]] }))).toEqual(delivery);
});
