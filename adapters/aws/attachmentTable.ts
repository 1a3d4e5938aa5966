import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttachmentItem } from '../../core/attachment/attachmentList.ts';
import { attachmentsIdOf } from '../../core/contract/derivedIds.ts';
import type { DispatchId } from '../../core/contract/ids.ts';
import type { AttachmentLists } from '../../core/walk/attachments.ts';
import { fromItem, toItem } from './item.ts';

/** Lists of attachments in the `dispatches` table: one small item for each dispatch that somebody asked about. */
export class AttachmentTable implements AttachmentLists {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(dispatchId: DispatchId): Promise<readonly AttachmentItem[] | undefined> {
    const answer = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: toItem({ id: attachmentsIdOf(dispatchId) }) }),
    );
    return answer.Item ? fromItem<{ items: readonly AttachmentItem[] }>(answer.Item).items : undefined;
  }

  async keep(dispatchId: DispatchId, items: readonly AttachmentItem[]): Promise<void> {
    const Item = toItem({ id: attachmentsIdOf(dispatchId), v: 1, items });
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item }));
  }
}
