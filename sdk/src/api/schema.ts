// Generated from api/openapi.json by scripts/generate-api-types.mjs.
export interface paths {
    "/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Assets in the order of registration. */
        get: operations["assets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An asset with owners, parents and terms. */
        get: operations["asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{asset}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An asset with its ancestors and descendants, as far as a picture can show them. */
        get: operations["graph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{asset}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an asset earned, by epoch and policy, the newest epoch first. Epochs whose
         *     root was struck down are left out.
         */
        get: operations["asset_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A message to sign in with: used once, within five minutes. */
        post: operations["challenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in with a signed message. */
        post: operations["session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes in the order they happened, from the beginning.
         * @description Where `claimant` is given a page may be short, even empty, while `has_more`
         *     is true: 1,000 changes are looked at for a page.
         */
        get: operations["changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claimants/{claimant}/balances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a claimant has in every vault.
         * @description Never 404: that somebody is entitled to nothing is an answer.
         */
        get: operations["balances"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claimants/{claimant}/earnings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a claimant earned, by epoch and asset, the newest epoch first. Epochs
         *     whose root was struck down are left out.
         */
        get: operations["earnings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claimants/{claimant}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A claimant's payments and roots, newest first. */
        get: operations["history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claimants/{claimant}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A claimant's leaf and proof under the serving root. */
        get: operations["proof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claimants/{claimant}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A claimant's credit in an epoch by asset, agent and policy.
         * @description Recomputed from the published files; its sum is what settlement booked. Empty
         *     when the claimant earned nothing in it, or the epoch is not computed yet.
         */
        get: operations["receipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claimants/{claimant}/receipts/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events behind a claimant's credit in an epoch, in their order.
         * @description A page may be short, even empty, while `has_more` is true. What an ended dispute
         *     released is of no event and stands in the receipts alone.
         */
        get: operations["receipt_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/claimants/{claimant}/statements/{year}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A claimant's statement of a year, as CSV.
         * @description For each epoch whose root opened in the year (UTC) and each class: what was
         *     carried in, credited by asset, agent and policy, released by disputes,
         *     published and carried out, to the sub-unit.
         */
        get: operations["statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Collections by address. */
        get: operations["collections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A collection with its members, those that stay first. */
        get: operations["collection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Disputes, the newest first. */
        get: operations["disputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{gateway}/{generation}/{sequence}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A usage event by its identity. */
        get: operations["event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/files/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A published file, whole or in part.
         * @description `Range` asks for a part: a proof needs the header, the list of blocks and one
         *     block of a leaf file. Check what you get against the hash.
         */
        get: operations["file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether answers are of now: 200 when they are, 503 when not. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account's keys, newest last. */
        get: operations["keys"];
        put?: never;
        /** Makes a key. Its secret is shown once. */
        post: operations["make_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a key. Doing it again does no harm. */
        delete: operations["remove_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/network": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cluster, programs, vaults and gateways. */
        get: operations["network"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payers/{payer}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A payer's deposits, credit and mandates.
         * @description Unknown payers have empty lists.
         */
        get: operations["payer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payers/{payer}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a payer paid, by agent. Unknown payers have an empty list. */
        get: operations["spending"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/roots/{root_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A root with its manifest and the files it names. */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/roots/{root_id}/waterfall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signed waterfall of a root: gross, fees, held, carried, the contributors'
         *     pool.
         */
        get: operations["waterfall"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Looks for something by name, address or hash. */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same changes as server-sent events, as they happen.
         * @description Each event's id is its cursor: `Last-Event-ID`, or `cursor`, goes on after
         *     it. A comment is sent every 15 seconds; after an hour the stream ends and the
         *     client reconnects.
         */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vaults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The vaults. */
        get: operations["vaults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vaults/{vault}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A vault with what it holds and owes. */
        get: operations["vault"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vaults/{vault}/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A vault's claims, newest first. */
        get: operations["claims"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vaults/{vault}/deposits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A vault's deposits, newest first. */
        get: operations["deposits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vaults/{vault}/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A vault's epochs, newest attempt first. */
        get: operations["epochs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vaults/{vault}/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A vault's policy sets, the newest first; one that waits for its timelock before
         *     all others.
         */
        get: operations["policies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/vaults/{vault}/roots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A vault's roots, newest first, vetoed ones too. */
        get: operations["roots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account's webhooks. */
        get: operations["webhooks"];
        put?: never;
        /** Makes a webhook. It is told what becomes final from now on. */
        post: operations["make_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a webhook with its deliveries. Doing it again does no harm. */
        delete: operations["remove_webhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was sent to a webhook and how it was taken, newest first. */
        get: operations["deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a test, through the same door as everything else. */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Base units of the token as a decimal string; divide by 10^decimals to show it.
         * @example 1500000
         */
        Amount: string;
        /** @description One thing, and as of when. */
        Answer_AssetDetail: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description An asset with its terms. */
            data: components["schemas"]["Asset"] & {
                /**
                 * Format: int64
                 * @description How many assets were made from it.
                 */
                children: number;
                /** @description Who shares its income now; of an asset that does not count yet, who will first. */
                co_owners: components["schemas"]["CoOwner"][];
                /** @description SHA-256 of the content: a file of `/v1/files`, when it is in this API's store. */
                content_hash: string;
                /** @description Made of kind, length and hash of the content. */
                content_id: string;
                /**
                 * Format: int64
                 * @description Bytes of content.
                 */
                content_length: number;
                dispute?: components["schemas"]["OpenDispute"] | null;
                /** @description The metadata as registered; null when it is not in this API's store. */
                metadata?: unknown;
                /** @description SHA-256 of the metadata. */
                metadata_hash: string;
                mix?: components["schemas"]["Mix"] | null;
                /** @description What it was made from. */
                parents: components["schemas"]["Parent"][];
                /** @description Announced terms that do not count yet, in their order. */
                pending_terms: components["schemas"]["Terms"][];
                pending_uses?: components["schemas"]["PendingUses"] | null;
                /**
                 * Format: int32
                 * @description What flows to ancestors altogether at most, in ten-thousandths.
                 */
                stack_bps: number;
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_AssetGraph: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description An asset's surroundings. */
            data: {
                /** @description Whose. */
                asset: string;
                /** @description Between them. */
                edges: components["schemas"]["GraphEdge"][];
                /** @description Whether there are more than are shown: walk there to see them. */
                is_cut: boolean;
                /** @description It and those around it, the nearest first. */
                nodes: components["schemas"]["GraphNode"][];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_Balances: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description What a claimant has. */
            data: {
                /** @description Whose. */
                claimant: string;
                /** @description One entry a vault, also where there is nothing yet. */
                vaults: components["schemas"]["VaultBalance"][];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_CollectionDetail: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description A collection with its members. */
            data: components["schemas"]["Collection"] & {
                /** @description Whether it has more than are shown. */
                is_cut: boolean;
                /** @description Who is in it, was, or is about to be. */
                members: components["schemas"]["Member"][];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_Event: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description A paid use of an agent. */
            data: {
                /** @description The agent that was called. */
                agent: string;
                /**
                 * Format: int64
                 * @description Unix milliseconds.
                 */
                at_ms: number;
                /** @description How the evidence was found: none, similar, verbatim, or verbatim, then similar. */
                evidence: string;
                /** @description The gateway: with generation and sequence the event's identity. */
                gateway: string;
                /**
                 * Format: int32
                 * @description The gateway's life.
                 */
                generation: number;
                /**
                 * Format: int64
                 * @description The finalised slot the gateway had seen.
                 */
                graph_slot: number;
                /** @description The group commit that holds it. */
                group: components["schemas"]["GroupCommit"];
                /** @description Its hash. */
                hash: string;
                /**
                 * Format: int64
                 * @description The credit log's position of the lease it spent.
                 */
                lease: number;
                /** @description The mandate that allowed it. */
                mandate: string;
                /** @description The model that answered. */
                model: string;
                /** @description Who paid. */
                payer: string;
                /** @description What it cost. */
                price: components["schemas"]["Amount"];
                /** @description Which paid request it answers. */
                request: string;
                /**
                 * Format: int64
                 * @description Its place in that life.
                 */
                sequence: number;
                /** @description The epoch attempts that counted it, oldest first; empty until one closes past it. */
                settled: components["schemas"]["SettledIn"][];
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
                /**
                 * Format: int32
                 * @description Tokens of the answer.
                 */
                tokens: number;
                /** @description Which assets account for how much of the answer; 65,536 a token. */
                weights: components["schemas"]["Weight"][];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_Health: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description How well things are, in numbers. */
            data: {
                /**
                 * Format: int64
                 * @description Everything up to this slot is indexed and final.
                 */
                finalised_slot: number;
                /**
                 * Format: int64
                 * @description Slots that were heard of but are not indexed yet.
                 */
                lag_slots: number;
                /**
                 * Format: int64
                 * @description Events known to be missing.
                 */
                open_gaps: number;
                /** @description Each vault's newest active root. */
                roots: components["schemas"]["RootAge"][];
                /**
                 * Format: int64
                 * @description Seconds since the indexer last wrote.
                 */
                silent_seconds: number;
                /** @description In a word. */
                state: components["schemas"]["HealthState"];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_Network: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The cluster and what runs on it. */
            data: {
                /**
                 * Format: int64
                 * @description Everything up to this slot is indexed and final.
                 */
                finalised_slot: number;
                /**
                 * @description Where the gateway is on the web: the chain knows it by its key alone. Null
                 *     when this API was not told.
                 */
                gateway_url?: string | null;
                /** @description The gateways that payers may give mandates to. */
                gateways: components["schemas"]["Gateway"][];
                /** @description The cluster's genesis hash: signatures and leaves are bound to it. */
                genesis: string;
                /** @description Address lookup tables for claims; empty when there are none. */
                lookup_tables: string[];
                /** @description The programs' addresses. */
                programs: components["schemas"]["Programs"];
                /** @description An RPC node for browsers; this API's word is worth checking against another. */
                rpc_url: string;
                /** @description The vaults. */
                vaults: components["schemas"]["Token"][];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_Payer: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description A payer. */
            data: {
                /** @description Standing with each vault that was paid into; empty when there is none. */
                accounts: components["schemas"]["PayerAccount"][];
                /** @description The newest 100 deposits; `/v1/vaults/{vault}/deposits` has all. */
                deposits: components["schemas"]["Deposit"][];
                /** @description The newest 100 mandates. */
                mandates: components["schemas"]["MandateRecord"][];
                /** @description The payer's key. */
                payer: string;
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_ProofAnswer: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description What a claim needs. */
            data: {
                /** @description Whose. */
                claimant: string;
                /** @description What was paid in this class so far. */
                claimed: components["schemas"]["Amount"];
                /** @description What for. */
                class: components["schemas"]["Class"];
                /** @description What a claim would pay now. */
                due: components["schemas"]["Amount"];
                proof?: components["schemas"]["Proof"] | null;
                /** @description Whether there is anything. */
                standing: components["schemas"]["Standing"];
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_RootDetail: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description A root with what it was computed from. */
            data: components["schemas"]["Root"] & {
                /** @description The files that it names. */
                files: components["schemas"]["PublishedFile"][];
                /**
                 * @description Its manifest as published (docs/formats.md); null when it is not in this
                 *     API's store.
                 */
                manifest_document?: Record<string, never> | null;
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_SearchResults: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description What was found. */
            data: {
                /** @description Whether there are more than are shown: `/v1/assets?name=` lists them all. */
                is_cut: boolean;
                /** @description The best matches; assets by name in the order of registration. */
                matches: components["schemas"]["Match"][];
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_VaultDetail: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description A vault with its books. */
            data: components["schemas"]["Vault"] & {
                active_root?: components["schemas"]["Root"] | null;
                /** @description Everything that was paid out. */
                claimed: components["schemas"]["Amount"];
                /** @description Everything that was deposited. */
                deposited: components["schemas"]["Amount"];
                halted?: components["schemas"]["Halt"] | null;
                pending_root?: components["schemas"]["Root"] | null;
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One thing, and as of when. */
        Answer_Waterfall: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description What an epoch of a vault came to. */
            data: {
                /**
                 * Format: int32
                 * @description Which attempt at it.
                 */
                attempt: number;
                /**
                 * Format: int64
                 * @description Which epoch.
                 */
                epoch: number;
                /**
                 * Format: int64
                 * @description Usage events in it, void ones included.
                 */
                events: number;
                /**
                 * Format: int32
                 * @description The protocol's fee in basis points of what was charged.
                 */
                fee_bps: number;
                /** @description The signed bytes: a file of `/v1/files`. */
                file: string;
                /**
                 * Format: int64
                 * @description The slot that closed the epoch.
                 */
                finalised_slot: number;
                /** @description Who signed it: the vault's poster then. */
                key: string;
                /** @description In the order in which they are read. */
                lines: components["schemas"]["WaterfallLine"][];
                /** @description The root it explains. */
                root_id: string;
                /** @description Ed25519 over the statement's hash, in base58 (docs/formats.md, *Waterfall*). */
                signature: string;
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
                /**
                 * Format: int64
                 * @description Those that earned nobody anything.
                 */
                void_events: number;
            };
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description An asset. */
        Asset: {
            /** @description Its record's address. */
            asset: string;
            /**
             * @description Its place in the order of registration, as a decimal string: it exceeds
             *     what a double holds.
             */
            asset_sequence: string;
            /** @description How sure the newest change of its record is. */
            commitment: components["schemas"]["Commitment"];
            /**
             * Format: int64
             * @description Its registration counts from this slot on.
             */
            effective_slot: number;
            /** @description What it is. */
            kind: components["schemas"]["AssetKind"];
            /** @description The licence, as an SPDX expression. */
            licence: string;
            /** @description What its metadata calls it; null when the metadata is not in this API's store. */
            name: string | null;
            /** @description Who may change the record. Income goes to the co-owners. */
            owner: string;
            /** @description Where it stands. */
            status: components["schemas"]["AssetStatus"];
            /** @description What the owner permits now. */
            uses: components["schemas"]["Uses"];
        };
        /** @description An asset with its terms. */
        AssetDetail: components["schemas"]["Asset"] & {
            /**
             * Format: int64
             * @description How many assets were made from it.
             */
            children: number;
            /** @description Who shares its income now; of an asset that does not count yet, who will first. */
            co_owners: components["schemas"]["CoOwner"][];
            /** @description SHA-256 of the content: a file of `/v1/files`, when it is in this API's store. */
            content_hash: string;
            /** @description Made of kind, length and hash of the content. */
            content_id: string;
            /**
             * Format: int64
             * @description Bytes of content.
             */
            content_length: number;
            dispute: components["schemas"]["OpenDispute"] | null;
            /** @description The metadata as registered; null when it is not in this API's store. */
            metadata: unknown;
            /** @description SHA-256 of the metadata. */
            metadata_hash: string;
            mix: components["schemas"]["Mix"] | null;
            /** @description What it was made from. */
            parents: components["schemas"]["Parent"][];
            /** @description Announced terms that do not count yet, in their order. */
            pending_terms: components["schemas"]["Terms"][];
            pending_uses: components["schemas"]["PendingUses"] | null;
            /**
             * Format: int32
             * @description What flows to ancestors altogether at most, in ten-thousandths.
             */
            stack_bps: number;
        };
        /** @description An asset's surroundings. */
        AssetGraph: {
            /** @description Whose. */
            asset: string;
            /** @description Between them. */
            edges: components["schemas"]["GraphEdge"][];
            /** @description Whether there are more than are shown: walk there to see them. */
            is_cut: boolean;
            /** @description It and those around it, the nearest first. */
            nodes: components["schemas"]["GraphNode"][];
        };
        /**
         * @description What an asset is.
         * @enum {string}
         */
        AssetKind: "dataset" | "model" | "agent";
        /**
         * @description Where an asset stands.
         * @enum {string}
         */
        AssetStatus: "active" | "disputed" | "retired";
        /** @description What an asset earned in an epoch by one policy. */
        AssetUsage: {
            /** @description How much, over all claimants, in sub-units. */
            amount: components["schemas"]["SubAmount"];
            /**
             * Format: int64
             * @description How many claimants share it.
             */
            claimants: number;
            /**
             * Format: int64
             * @description In which epoch.
             */
            epoch: number;
            /**
             * Format: int64
             * @description The finalised slot that closed it.
             */
            finalised_slot: number;
            /** @description Whether its root serves already. */
            is_active: boolean;
            /** @description Why: the policy's name as the ledger has it. */
            policy: string;
            /** @description What its amount is counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description What a claimant has. */
        Balances: {
            /** @description Whose. */
            claimant: string;
            /** @description One entry a vault, also where there is nothing yet. */
            vaults: components["schemas"]["VaultBalance"][];
        };
        /** @description What a wallet is to sign: the fields of `solana:signIn`, and the text they make. */
        Challenge: {
            /** @description The account that signs. */
            address: string;
            /** @description Host and port of the page. */
            domain: string;
            /** @description RFC 3339, UTC: after this it is worth nothing. */
            expiration_time: string;
            /** @description RFC 3339, UTC. */
            issued_at: string;
            /** @description The text that is signed, to the byte. */
            message: string;
            /** @description Used once. */
            nonce: string;
            /** @description What people read. */
            statement: string;
            /** @description The page's origin. */
            uri: string;
            /** @description Of the message's form. */
            version: string;
        };
        /** @description Who wants to sign in, and where. */
        ChallengeRequest: {
            /** @description The account that will sign. */
            address: string;
            /** @description Host and port of the page; left out, the server's first. */
            domain?: string | null;
        };
        /** @description Something that happened. */
        Change: {
            amount: components["schemas"]["Amount"] | null;
            /** @description The asset concerned. */
            asset: string | null;
            /**
             * Format: int64
             * @description When, in Unix seconds by the chain's clock; null when the node did not say.
             */
            at: number | null;
            /** @description Who was paid, or chose a recipient, or owns the asset. */
            claimant: string | null;
            class: components["schemas"]["Class"] | null;
            /** @description Send it as `cursor` or `Last-Event-ID` to go on after this. */
            cursor: string;
            /**
             * Format: int64
             * @description The epoch concerned.
             */
            epoch: number | null;
            /** @description Whether it can no longer be undone. */
            finalised: boolean;
            /** @description What happened: the program's event in snake case, such as `root_posted`. */
            kind: string;
            /** @description Who paid in or asked for a refund. */
            payer: string | null;
            /** @description Whose event it is. */
            program: components["schemas"]["Program"];
            /** @description The root concerned. */
            root_id: string | null;
            /**
             * Format: int64
             * @description Dense in its stream: a hole shows a missed event.
             */
            sequence: number;
            /** @description The transaction. */
            signature: string;
            /**
             * Format: int64
             * @description When.
             */
            slot: number;
            /** @description The account whose events are numbered: a vault, a registry shard or the configuration. */
            stream: string;
            /** @description The vault concerned. */
            vault: string | null;
        };
        /** @description A claim that was paid. */
        Claim: {
            /** @description Whose entitlement. */
            claimant: string;
            /** @description What the claimant has been paid in this class in all. */
            claimed: components["schemas"]["Amount"];
            /** @description What for. */
            class: components["schemas"]["Class"];
            /** @description How sure it is. */
            commitment: components["schemas"]["Commitment"];
            /** @description The token account it was paid to. */
            destination: string;
            /**
             * Format: int64
             * @description The epoch of the root it was claimed against.
             */
            epoch: number;
            /** @description What was paid by this claim. */
            paid: components["schemas"]["Amount"];
            /**
             * Format: int64
             * @description Its place in the vault's events, as a number that never repeats.
             */
            sequence: number;
            /** @description The transaction. */
            signature: string;
            /**
             * Format: int64
             * @description When.
             */
            slot: number;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /**
         * @description What an entitlement is for.
         * @enum {string}
         */
        Class: "earned" | "refund" | "fee";
        /** @description What a claimant has in a class. */
        ClassBalance: {
            /** @description What a claim would pay now. */
            claimable: components["schemas"]["Amount"];
            /** @description What of that was paid. */
            claimed: components["schemas"]["Amount"];
            /** @description What of that was paid in final slots; the rest may still be undone. */
            claimed_final: components["schemas"]["Amount"];
            /** @description What for. */
            class: components["schemas"]["Class"];
            /** @description What the serving root says was earned since the vault's beginning. */
            cumulative: components["schemas"]["Amount"];
            /**
             * @description Everything credited so far, in sub-units, as the ledger has it for the
             *     newest settled epoch.
             */
            cumulative_sub_units: components["schemas"]["SubAmount"];
            /**
             * @description What open disputes hold back, in whole base units, as of the root that serves;
             *     it goes to whom they are decided for.
             */
            held: components["schemas"]["Amount"];
            /** @description The same, exactly. */
            held_sub_units: components["schemas"]["SubAmount"];
            pending: components["schemas"]["Amount"] | null;
            /**
             * @description What of that is below a base unit, or below the smallest leaf that is
             *     published; it is carried on, not lost.
             */
            residue_sub_units: components["schemas"]["SubAmount"];
        };
        /** @description A share of an asset's own income. */
        CoOwner: {
            /** @description Whose. */
            claimant: string;
            /**
             * Format: int32
             * @description In ten-thousandths.
             */
            share_bps: number;
        };
        /** @description A collection. */
        Collection: {
            /** @description Its record's address. */
            collection: string;
            /** @description Who keeps it. */
            curator: string;
            /** @description SHA-256 of the metadata. */
            metadata_hash: string;
            /** @description What its metadata calls it; null when the metadata is not in this API's store. */
            name: string | null;
            /**
             * Format: int32
             * @description The curator's share of what its members earn, in ten-thousandths.
             */
            share_bps: number;
            /**
             * Format: int64
             * @description The slot it was made in.
             */
            slot: number;
        };
        /** @description A collection with its members. */
        CollectionDetail: components["schemas"]["Collection"] & {
            /** @description Whether it has more than are shown. */
            is_cut: boolean;
            /** @description Who is in it, was, or is about to be. */
            members: components["schemas"]["Member"][];
        };
        /**
         * @description How sure it is what the chain says.
         * @enum {string}
         */
        Commitment: "finalised" | "confirmed";
        /** @description A root with credit for the claimant. */
        CreditedRoot: {
            /**
             * Format: int32
             * @description Which attempt at the epoch.
             */
            attempt: number;
            /** @description What the claimant earned in its epoch, in sub-units. */
            earned: components["schemas"]["SubAmount"];
            /** @description Its identity. */
            root_id: string;
            /** @description Where it stands. */
            status: components["schemas"]["RootStatus"];
        };
        /** @description A delivery as the log has it. */
        Delivery: {
            /**
             * Format: int32
             * @description How often it was tried.
             */
            attempts: number;
            /** @description What was sent, or will be. */
            body: string;
            /**
             * Format: int64
             * @description Unix seconds.
             */
            created_at: number;
            /** @description Its id, as in the header `webhook-id`. */
            id: string;
            /** @description The kind of change, or `test`. */
            kind: string;
            /** @description What went wrong last; null when it was taken. */
            last_error: string | null;
            /**
             * Format: int32
             * @description What the receiver answered last.
             */
            last_status: number | null;
            /**
             * Format: int64
             * @description When it is tried next, in Unix seconds; null when it is not.
             */
            next_at: number | null;
            /**
             * Format: int64
             * @description Dense within the webhook.
             */
            number: number;
            /** @description How it stands. */
            state: components["schemas"]["DeliveryState"];
        };
        /**
         * @description How a delivery stands.
         * @enum {string}
         */
        DeliveryState: "waiting" | "delivered" | "given_up";
        /** @description A deposit. */
        Deposit: {
            /** @description What arrived. */
            amount: components["schemas"]["Amount"];
            /** @description How sure it is. */
            commitment: components["schemas"]["Commitment"];
            /** @description Who paid in. */
            payer: string;
            /** @description What this payer has deposited in all, this deposit included. */
            payer_total: components["schemas"]["Amount"];
            /**
             * Format: int64
             * @description Its place in the vault's events, as a number that never repeats.
             */
            sequence: number;
            /**
             * Format: int64
             * @description When.
             */
            slot: number;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description A dispute. While it is open, what the asset earns is held back. */
        Dispute: {
            /** @description About which asset. */
            asset: components["schemas"]["NamedAsset"];
            bond_lamports: components["schemas"]["Amount"] | null;
            /** @description Who opened it. */
            challenger: string;
            /**
             * Format: int64
             * @description The last slot for a ruling; without one it ends in the owner's favour.
             */
            deadline_slot: number | null;
            /** @description SHA-256 of the evidence. */
            evidence: string | null;
            /**
             * Format: int64
             * @description The slot it was opened in.
             */
            opened_slot: number;
            /**
             * @description How it ended (`rejected`, `expired`, `reassigned`, `cancelled`,
             *     `displaced`); null while it is open.
             */
            outcome: string | null;
            /**
             * Format: int64
             * @description The slot it ended in.
             */
            outcome_slot: number | null;
            /**
             * Format: int64
             * @description The first slot at which the owner can change; null unless upheld.
             */
            reassign_from: number | null;
            /**
             * Format: int64
             * @description The slot it was upheld in; the owner changes only after the timelock.
             */
            upheld_slot: number | null;
        };
        /** @description What an asset earned a claimant in an epoch. */
        Earning: {
            /** @description How much, over all policies, in sub-units. */
            amount: components["schemas"]["SubAmount"];
            /** @description For which asset. */
            asset: components["schemas"]["NamedAsset"];
            /**
             * Format: int64
             * @description In which epoch.
             */
            epoch: number;
            /**
             * Format: int64
             * @description The finalised slot that closed it.
             */
            finalised_slot: number;
            /** @description Whether its root serves already. */
            is_active: boolean;
            /** @description What its amount is counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description An attempt at an epoch. */
        Epoch: {
            /**
             * Format: int32
             * @description Which attempt at it, from 0.
             */
            attempt: number;
            /** @description What contributors earned in it, by policy, in sub-units. */
            contributors: components["schemas"]["PolicyTotal"][];
            /**
             * Format: int64
             * @description The last position of the credit log included.
             */
            credit_end: number;
            /**
             * Format: int64
             * @description Which epoch, from 1.
             */
            epoch: number;
            /**
             * Format: int64
             * @description Usage events in it; null until it is built.
             */
            events: number | null;
            /**
             * Format: int64
             * @description The finalised slot that closes it.
             */
            finalised_slot: number;
            identity: components["schemas"]["Identity"] | null;
            /**
             * Format: int64
             * @description Number of leaves; null until it is built.
             */
            leaf_count: number | null;
            /** @description Its leaf file; null until it is published. */
            leaf_file: string | null;
            /** @description Its manifest; null until it is published. */
            manifest: string | null;
            /** @description Its root; null until it is built. */
            root_id: string | null;
            /**
             * Format: int64
             * @description Unix seconds at which it began.
             */
            started_at: number;
            /** @description How far it got: closing, built, published, posted, active, vetoed or disabled. */
            step: string;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
            /**
             * Format: int64
             * @description Those of them that earned nobody anything.
             */
            void_events: number | null;
        };
        /** @description A paid use of an agent. */
        Event: {
            /** @description The agent that was called. */
            agent: string;
            /**
             * Format: int64
             * @description Unix milliseconds.
             */
            at_ms: number;
            /** @description How the evidence was found: none, similar, verbatim, or verbatim, then similar. */
            evidence: string;
            /** @description The gateway: with generation and sequence the event's identity. */
            gateway: string;
            /**
             * Format: int32
             * @description The gateway's life.
             */
            generation: number;
            /**
             * Format: int64
             * @description The finalised slot the gateway had seen.
             */
            graph_slot: number;
            /** @description The group commit that holds it. */
            group: components["schemas"]["GroupCommit"];
            /** @description Its hash. */
            hash: string;
            /**
             * Format: int64
             * @description The credit log's position of the lease it spent.
             */
            lease: number;
            /** @description The mandate that allowed it. */
            mandate: string;
            /** @description The model that answered. */
            model: string;
            /** @description Who paid. */
            payer: string;
            /** @description What it cost. */
            price: components["schemas"]["Amount"];
            /** @description Which paid request it answers. */
            request: string;
            /**
             * Format: int64
             * @description Its place in that life.
             */
            sequence: number;
            /** @description The epoch attempts that counted it, oldest first; empty until one closes past it. */
            settled: components["schemas"]["SettledIn"][];
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
            /**
             * Format: int32
             * @description Tokens of the answer.
             */
            tokens: number;
            /** @description Which assets account for how much of the answer; 65,536 a token. */
            weights: components["schemas"]["Weight"][];
        };
        /** @description What went wrong with one part of a request. */
        FieldError: {
            /** @description What it should be. */
            detail: string;
            /** @description Which part: the name of a path or query parameter. */
            field: string;
        };
        /**
         * @description What a match is.
         * @enum {string}
         */
        Found: "asset" | "collection" | "vault" | "root" | "gateway" | "claimant" | "payer" | "file";
        /** @description A registered gateway. */
        Gateway: {
            /** @description Its record's address. */
            gateway: string;
            /** @description Who runs it. */
            operator: string;
        };
        /** @description One was made from the other. */
        GraphEdge: {
            /** @description The younger. */
            child: string;
            /** @description The older. */
            parent: string;
            /**
             * Format: int32
             * @description The parent's share of what the child receives, in ten-thousandths.
             */
            royalty_bps: number;
        };
        /** @description An asset in a graph. */
        GraphNode: {
            /** @description Which. */
            asset: string;
            /**
             * Format: int32
             * @description Steps from the asset: below 0 for what it was made from, above 0 for what
             *     was made from it.
             */
            distance: number;
            /** @description What it is. */
            kind: components["schemas"]["AssetKind"];
            /** @description What its metadata calls it. */
            name: string | null;
            /** @description Who may change its record. */
            owner: string;
        };
        /** @description A signed group of events. */
        GroupCommit: {
            /**
             * Format: int64
             * @description One past its last event's.
             */
            end_sequence: number;
            /**
             * Format: int64
             * @description Its first event's sequence.
             */
            first_sequence: number;
            /** @description Head of the chain after it: what is signed. */
            head: string;
            /** @description Head of the chain before it. */
            previous: string;
            /** @description The key that signed. */
            signer: string;
        };
        /** @description Why settlement stopped posting. */
        Halt: {
            /** @description In a sentence. */
            reason: string;
            /**
             * Format: int64
             * @description Unix seconds.
             */
            since: number;
        };
        /** @description How well things are, in numbers. */
        Health: {
            /**
             * Format: int64
             * @description Everything up to this slot is indexed and final.
             */
            finalised_slot: number;
            /**
             * Format: int64
             * @description Slots that were heard of but are not indexed yet.
             */
            lag_slots: number;
            /**
             * Format: int64
             * @description Events known to be missing.
             */
            open_gaps: number;
            /** @description Each vault's newest active root. */
            roots: components["schemas"]["RootAge"][];
            /**
             * Format: int64
             * @description Seconds since the indexer last wrote.
             */
            silent_seconds: number;
            /** @description In a word. */
            state: components["schemas"]["HealthState"];
        };
        /**
         * @description How well things are.
         * @enum {string}
         */
        HealthState: "ok" | "behind" | "indexer_silent" | "gap";
        /** @description Something that happened. */
        HistoryEntry: {
            /**
             * Format: int64
             * @description When, in Unix seconds by the chain's clock; null when the node did not say.
             */
            at: number | null;
            claim: components["schemas"]["Payment"] | null;
            /**
             * Format: int64
             * @description The epoch of the root concerned.
             */
            epoch: number;
            root: components["schemas"]["CreditedRoot"] | null;
            /** @description The transaction. */
            signature: string;
            /**
             * Format: int64
             * @description When.
             */
            slot: number;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /**
         * @description The identity of the books, in sub-units. Always: deposited + recapitalised +
         *     shortfall = the sum of everything below them.
         */
        Identity: {
            available: components["schemas"]["SubAmount"];
            deposited: components["schemas"]["SubAmount"];
            entitled_earned: components["schemas"]["SubAmount"];
            entitled_fee: components["schemas"]["SubAmount"];
            entitled_refund: components["schemas"]["SubAmount"];
            held: components["schemas"]["SubAmount"];
            /** @description Whether the two sides are equal, worked out by this API. */
            holds: boolean;
            leased: components["schemas"]["SubAmount"];
            overpaid: components["schemas"]["SubAmount"];
            recapitalised: components["schemas"]["SubAmount"];
            refunds_pending: components["schemas"]["SubAmount"];
            /** @description Added to make overpayments good, and not needed for any. */
            reserve: components["schemas"]["SubAmount"];
            residue: components["schemas"]["SubAmount"];
            /** @description Overpaid and not made good: what `recapitalise` must still add. */
            shortfall: components["schemas"]["SubAmount"];
            unsettled: components["schemas"]["SubAmount"];
        };
        /** @description A key. */
        Key: {
            /**
             * Format: int64
             * @description Unix seconds.
             */
            created_at: number;
            /**
             * Format: int64
             * @description Unix seconds; null when it does not end by itself.
             */
            expires_at: number | null;
            /** @description Its id. */
            id: string;
            /** @description For people. */
            name: string;
            /** @description What it allows. */
            scopes: components["schemas"]["Scope"][];
            /**
             * @description Send it as `Authorization: Bearer …`. Shown when the key is made, never
             *     again: a repeated request with the same Idempotency-Key gets null.
             */
            secret: string | null;
        };
        /** @description What a key is to be. */
        KeyRequest: {
            /**
             * Format: int32
             * @description Days until it ends by itself; left out, it does not.
             */
            expires_in_days?: number | null;
            /** @description For people. */
            name: string;
            /** @description What it allows. */
            scopes: components["schemas"]["Scope"][];
        };
        /** @description The keys of an account. */
        Keys: {
            /** @description All of them. */
            data: components["schemas"]["Key"][];
        };
        /** @description A permission to spend. */
        MandateRecord: {
            /** @description What was leased under it and not returned: spent, or ready to be. */
            committed: components["schemas"]["Amount"];
            /** @description The last slot at which an event may cite it, as a decimal string. */
            expires_slot: string;
            /** @description Who may spend. */
            gateway: string;
            /** @description Its identity. */
            mandate: string;
            /** @description The most it may spend. */
            maximum: components["schemas"]["Amount"];
            /** @description Tells it apart from the payer's other mandates; a decimal string. */
            nonce: string;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description Something that matches. */
        Match: {
            /** @description Its address or hash. */
            id: string;
            /** @description What it is. */
            kind: components["schemas"]["Found"];
            /** @description What its metadata calls it; null when it has no name here. */
            name: string | null;
        };
        /** @description An asset's time in a collection. */
        Member: {
            /** @description Which asset. */
            asset: components["schemas"]["NamedAsset"];
            /**
             * Format: int64
             * @description The first slot it counts at.
             */
            from_slot: number;
            /**
             * Format: int32
             * @description The curator's share as it was when the asset joined, in ten-thousandths.
             */
            share_bps: number;
            /**
             * Format: int64
             * @description The first slot it no longer counts at; null while it stays.
             */
            until_slot: number | null;
        };
        /** @description How a model's income is shared between the policies, in ten-thousandths. */
        Mix: {
            /**
             * Format: int32
             * @description P0: the agent's own terms.
             */
            declared: number;
            /**
             * Format: int32
             * @description P4: reported by the model.
             */
            reported: number;
            /**
             * Format: int32
             * @description P2: similar examples.
             */
            similar: number;
            /**
             * Format: int32
             * @description P1: the model this payment used.
             */
            used: number;
            /**
             * Format: int32
             * @description P3: verbatim spans.
             */
            verbatim: number;
        };
        /** @description An asset by address and name. */
        NamedAsset: {
            /** @description Its record's address. */
            asset: string;
            /** @description What its metadata calls it; null when the metadata is not in this API's store. */
            name: string | null;
        };
        /** @description The cluster and what runs on it. */
        Network: {
            /**
             * Format: int64
             * @description Everything up to this slot is indexed and final.
             */
            finalised_slot: number;
            /**
             * @description Where the gateway is on the web: the chain knows it by its key alone. Null
             *     when this API was not told.
             */
            gateway_url: string | null;
            /** @description The gateways that payers may give mandates to. */
            gateways: components["schemas"]["Gateway"][];
            /** @description The cluster's genesis hash: signatures and leaves are bound to it. */
            genesis: string;
            /** @description Address lookup tables for claims; empty when there are none. */
            lookup_tables: string[];
            /** @description The programs' addresses. */
            programs: components["schemas"]["Programs"];
            /** @description An RPC node for browsers; this API's word is worth checking against another. */
            rpc_url: string;
            /** @description The vaults. */
            vaults: components["schemas"]["Token"][];
        };
        /** @description A posted root inside its challenge window. */
        NextRoot: {
            /**
             * Format: int64
             * @description Its epoch.
             */
            epoch: number;
            /**
             * Format: int64
             * @description ...and from this Unix second on.
             */
            opens_at: number;
            /**
             * Format: int64
             * @description Seconds until then; 0 when they are over.
             */
            opens_in_seconds: number;
            /**
             * Format: int64
             * @description It can serve claims from this slot on...
             */
            opens_slot: number;
        };
        /** @description An open dispute: what the asset earns meanwhile is held until it ends. */
        OpenDispute: {
            /** @description Who says that the asset is not its owner's. */
            challenger: string;
            /** @description How sure all of this is. */
            commitment: components["schemas"]["Commitment"];
            /**
             * Format: int64
             * @description Without a ruling up to this slot it ends in the owner's favour.
             */
            deadline_slot: number;
            /** @description SHA-256 of the evidence. */
            evidence_hash: string;
            /**
             * Format: int64
             * @description When it was opened.
             */
            opened_slot: number;
            /**
             * Format: int64
             * @description From this slot on the asset can be reassigned; null before a ruling.
             */
            reassign_from: number | null;
            /**
             * Format: int64
             * @description When it was ruled for the challenger; null before a ruling.
             */
            upheld_slot: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Asset: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description Its record's address. */
                asset: string;
                /**
                 * @description Its place in the order of registration, as a decimal string: it exceeds
                 *     what a double holds.
                 */
                asset_sequence: string;
                /** @description How sure the newest change of its record is. */
                commitment: components["schemas"]["Commitment"];
                /**
                 * Format: int64
                 * @description Its registration counts from this slot on.
                 */
                effective_slot: number;
                /** @description What it is. */
                kind: components["schemas"]["AssetKind"];
                /** @description The licence, as an SPDX expression. */
                licence: string;
                /** @description What its metadata calls it; null when the metadata is not in this API's store. */
                name?: string | null;
                /** @description Who may change the record. Income goes to the co-owners. */
                owner: string;
                /** @description Where it stands. */
                status: components["schemas"]["AssetStatus"];
                /** @description What the owner permits now. */
                uses: components["schemas"]["Uses"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_AssetUsage: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description How much, over all claimants, in sub-units. */
                amount: components["schemas"]["SubAmount"];
                /**
                 * Format: int64
                 * @description How many claimants share it.
                 */
                claimants: number;
                /**
                 * Format: int64
                 * @description In which epoch.
                 */
                epoch: number;
                /**
                 * Format: int64
                 * @description The finalised slot that closed it.
                 */
                finalised_slot: number;
                /** @description Whether its root serves already. */
                is_active: boolean;
                /** @description Why: the policy's name as the ledger has it. */
                policy: string;
                /** @description What its amount is counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Change: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                amount?: components["schemas"]["Amount"] | null;
                /** @description The asset concerned. */
                asset?: string | null;
                /**
                 * Format: int64
                 * @description When, in Unix seconds by the chain's clock; null when the node did not say.
                 */
                at?: number | null;
                /** @description Who was paid, or chose a recipient, or owns the asset. */
                claimant?: string | null;
                class?: components["schemas"]["Class"] | null;
                /** @description Send it as `cursor` or `Last-Event-ID` to go on after this. */
                cursor: string;
                /**
                 * Format: int64
                 * @description The epoch concerned.
                 */
                epoch?: number | null;
                /** @description Whether it can no longer be undone. */
                finalised: boolean;
                /** @description What happened: the program's event in snake case, such as `root_posted`. */
                kind: string;
                /** @description Who paid in or asked for a refund. */
                payer?: string | null;
                /** @description Whose event it is. */
                program: components["schemas"]["Program"];
                /** @description The root concerned. */
                root_id?: string | null;
                /**
                 * Format: int64
                 * @description Dense in its stream: a hole shows a missed event.
                 */
                sequence: number;
                /** @description The transaction. */
                signature: string;
                /**
                 * Format: int64
                 * @description When.
                 */
                slot: number;
                /** @description The account whose events are numbered: a vault, a registry shard or the configuration. */
                stream: string;
                /** @description The vault concerned. */
                vault?: string | null;
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Claim: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description Whose entitlement. */
                claimant: string;
                /** @description What the claimant has been paid in this class in all. */
                claimed: components["schemas"]["Amount"];
                /** @description What for. */
                class: components["schemas"]["Class"];
                /** @description How sure it is. */
                commitment: components["schemas"]["Commitment"];
                /** @description The token account it was paid to. */
                destination: string;
                /**
                 * Format: int64
                 * @description The epoch of the root it was claimed against.
                 */
                epoch: number;
                /** @description What was paid by this claim. */
                paid: components["schemas"]["Amount"];
                /**
                 * Format: int64
                 * @description Its place in the vault's events, as a number that never repeats.
                 */
                sequence: number;
                /** @description The transaction. */
                signature: string;
                /**
                 * Format: int64
                 * @description When.
                 */
                slot: number;
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Collection: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description Its record's address. */
                collection: string;
                /** @description Who keeps it. */
                curator: string;
                /** @description SHA-256 of the metadata. */
                metadata_hash: string;
                /** @description What its metadata calls it; null when the metadata is not in this API's store. */
                name?: string | null;
                /**
                 * Format: int32
                 * @description The curator's share of what its members earn, in ten-thousandths.
                 */
                share_bps: number;
                /**
                 * Format: int64
                 * @description The slot it was made in.
                 */
                slot: number;
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Delivery: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /**
                 * Format: int32
                 * @description How often it was tried.
                 */
                attempts: number;
                /** @description What was sent, or will be. */
                body: string;
                /**
                 * Format: int64
                 * @description Unix seconds.
                 */
                created_at: number;
                /** @description Its id, as in the header `webhook-id`. */
                id: string;
                /** @description The kind of change, or `test`. */
                kind: string;
                /** @description What went wrong last; null when it was taken. */
                last_error?: string | null;
                /**
                 * Format: int32
                 * @description What the receiver answered last.
                 */
                last_status?: number | null;
                /**
                 * Format: int64
                 * @description When it is tried next, in Unix seconds; null when it is not.
                 */
                next_at?: number | null;
                /**
                 * Format: int64
                 * @description Dense within the webhook.
                 */
                number: number;
                /** @description How it stands. */
                state: components["schemas"]["DeliveryState"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Deposit: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description What arrived. */
                amount: components["schemas"]["Amount"];
                /** @description How sure it is. */
                commitment: components["schemas"]["Commitment"];
                /** @description Who paid in. */
                payer: string;
                /** @description What this payer has deposited in all, this deposit included. */
                payer_total: components["schemas"]["Amount"];
                /**
                 * Format: int64
                 * @description Its place in the vault's events, as a number that never repeats.
                 */
                sequence: number;
                /**
                 * Format: int64
                 * @description When.
                 */
                slot: number;
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Dispute: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description About which asset. */
                asset: components["schemas"]["NamedAsset"];
                bond_lamports?: components["schemas"]["Amount"] | null;
                /** @description Who opened it. */
                challenger: string;
                /**
                 * Format: int64
                 * @description The last slot for a ruling; without one it ends in the owner's favour.
                 */
                deadline_slot?: number | null;
                /** @description SHA-256 of the evidence. */
                evidence?: string | null;
                /**
                 * Format: int64
                 * @description The slot it was opened in.
                 */
                opened_slot: number;
                /**
                 * @description How it ended (`rejected`, `expired`, `reassigned`, `cancelled`,
                 *     `displaced`); null while it is open.
                 */
                outcome?: string | null;
                /**
                 * Format: int64
                 * @description The slot it ended in.
                 */
                outcome_slot?: number | null;
                /**
                 * Format: int64
                 * @description The first slot at which the owner can change; null unless upheld.
                 */
                reassign_from?: number | null;
                /**
                 * Format: int64
                 * @description The slot it was upheld in; the owner changes only after the timelock.
                 */
                upheld_slot?: number | null;
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Earning: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description How much, over all policies, in sub-units. */
                amount: components["schemas"]["SubAmount"];
                /** @description For which asset. */
                asset: components["schemas"]["NamedAsset"];
                /**
                 * Format: int64
                 * @description In which epoch.
                 */
                epoch: number;
                /**
                 * Format: int64
                 * @description The finalised slot that closed it.
                 */
                finalised_slot: number;
                /** @description Whether its root serves already. */
                is_active: boolean;
                /** @description What its amount is counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Epoch: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /**
                 * Format: int32
                 * @description Which attempt at it, from 0.
                 */
                attempt: number;
                /** @description What contributors earned in it, by policy, in sub-units. */
                contributors: components["schemas"]["PolicyTotal"][];
                /**
                 * Format: int64
                 * @description The last position of the credit log included.
                 */
                credit_end: number;
                /**
                 * Format: int64
                 * @description Which epoch, from 1.
                 */
                epoch: number;
                /**
                 * Format: int64
                 * @description Usage events in it; null until it is built.
                 */
                events?: number | null;
                /**
                 * Format: int64
                 * @description The finalised slot that closes it.
                 */
                finalised_slot: number;
                identity?: components["schemas"]["Identity"] | null;
                /**
                 * Format: int64
                 * @description Number of leaves; null until it is built.
                 */
                leaf_count?: number | null;
                /** @description Its leaf file; null until it is published. */
                leaf_file?: string | null;
                /** @description Its manifest; null until it is published. */
                manifest?: string | null;
                /** @description Its root; null until it is built. */
                root_id?: string | null;
                /**
                 * Format: int64
                 * @description Unix seconds at which it began.
                 */
                started_at: number;
                /** @description How far it got: closing, built, published, posted, active, vetoed or disabled. */
                step: string;
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
                /**
                 * Format: int64
                 * @description Those of them that earned nobody anything.
                 */
                void_events?: number | null;
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_HistoryEntry: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /**
                 * Format: int64
                 * @description When, in Unix seconds by the chain's clock; null when the node did not say.
                 */
                at?: number | null;
                claim?: components["schemas"]["Payment"] | null;
                /**
                 * Format: int64
                 * @description The epoch of the root concerned.
                 */
                epoch: number;
                root?: components["schemas"]["CreditedRoot"] | null;
                /** @description The transaction. */
                signature: string;
                /**
                 * Format: int64
                 * @description When.
                 */
                slot: number;
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_PolicyTerm: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /**
                 * Format: int64
                 * @description Roots use it whose parent's finalised slot is this one or later; for a set
                 *     that waits for the timelock, the earliest that can be.
                 */
                from_slot: number;
                /** @description Whether it only waits for its timelock and may still be cancelled. */
                is_proposed: boolean;
                /** @description SHA-256 of the policy set: a file of `/v1/files`. */
                policy_set: string;
                terms?: components["schemas"]["PolicyTerms"] | null;
                /**
                 * Format: int64
                 * @description The slot from which another one is used; null for the last.
                 */
                until_slot?: number | null;
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Receipt: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                agent?: components["schemas"]["NamedAsset"] | null;
                /** @description How much, in sub-units. */
                amount: components["schemas"]["SubAmount"];
                /** @description For which asset. */
                asset: components["schemas"]["NamedAsset"];
                /**
                 * Format: int64
                 * @description The epoch.
                 */
                epoch: number;
                /**
                 * Format: int64
                 * @description By how many events; 0 for what an ended dispute released.
                 */
                events: number;
                /** @description Why. */
                policy: components["schemas"]["Policy"];
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_ReceiptEvent: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description Which agent was called. */
                agent: components["schemas"]["NamedAsset"];
                /**
                 * Format: int64
                 * @description Unix milliseconds.
                 */
                at_ms: number;
                /** @description What of that is this claimant's, in sub-units. */
                credited: components["schemas"]["SubAmount"];
                /** @description The gateway: with generation and sequence the event's identity. */
                gateway: string;
                /**
                 * Format: int32
                 * @description The gateway's life.
                 */
                generation: number;
                /** @description Why, line by line. */
                lines: components["schemas"]["ReceiptLine"][];
                /** @description Which model answered. */
                model: components["schemas"]["NamedAsset"];
                /** @description What was paid. */
                price: components["schemas"]["Amount"];
                /**
                 * Format: int64
                 * @description Its place in that life.
                 */
                sequence: number;
                /**
                 * @description The longest spans of the answer that stand in this claimant's texts; null
                 *     when the sidecar has expired.
                 */
                spans?: components["schemas"]["SpanExcerpt"][] | null;
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Root: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /**
                 * Format: int32
                 * @description Which attempt at that epoch, from 0.
                 */
                attempt: number;
                /**
                 * Format: int32
                 * @description How many watchers attested it.
                 */
                attestations: number;
                /** @description Entitlements of contributors since the vault's beginning. */
                earned_total: components["schemas"]["Amount"];
                /**
                 * Format: int64
                 * @description Which epoch it closes.
                 */
                epoch: number;
                /** @description Fees since the vault's beginning. */
                fee_total: components["schemas"]["Amount"];
                /**
                 * Format: int64
                 * @description The finalised slot it was computed at.
                 */
                finalised_slot: number;
                /**
                 * Format: int32
                 * @description Number of leaves.
                 */
                leaf_count: number;
                /** @description SHA-256 of the manifest: a file of `/v1/files`. */
                manifest: string;
                /**
                 * Format: int64
                 * @description ...and from this Unix second on.
                 */
                opens_at: number;
                /**
                 * Format: int64
                 * @description It can be activated from this slot on...
                 */
                opens_slot: number;
                /** @description The root before; zeros for the first. */
                parent: string;
                /**
                 * Format: int32
                 * @description Its place in the vault's ring of roots: what a claim names.
                 */
                place: number;
                /** @description SHA-256 of the policy set: a file of `/v1/files`. */
                policy_set: string;
                /**
                 * Format: int64
                 * @description Unix seconds at which it was posted, by the chain's clock.
                 */
                posted_at: number;
                /** @description The transaction that posted it. */
                posted_signature: string;
                /**
                 * Format: int64
                 * @description The slot it was posted in.
                 */
                posted_slot: number;
                /** @description Refunds since the vault's beginning. */
                refund_total: components["schemas"]["Amount"];
                /** @description Its identity. */
                root_id: string;
                /** @description Where it stands. */
                status: components["schemas"]["RootStatus"];
                /** @description What its amounts are counted in. */
                token: components["schemas"]["Token"];
                /** @description Hash of the tree's top node. */
                tree_hash: string;
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Spending: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /** @description To which agent. */
                agent: components["schemas"]["NamedAsset"];
                /** @description How much altogether. */
                amount: components["schemas"]["Amount"];
                /**
                 * Format: int64
                 * @description By how many calls.
                 */
                events: number;
                /**
                 * Format: int64
                 * @description Unix milliseconds of the first call...
                 */
                first_at_ms: number;
                /**
                 * Format: int64
                 * @description ...and of the last.
                 */
                last_at_ms: number;
                /** @description What its amount is counted in. */
                token: components["schemas"]["Token"];
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description One page of a list, and as of when. */
        Page_Vault: {
            /**
             * Format: int64
             * @description Everything on-chain up to this slot is accounted for.
             */
            as_of_slot: number;
            /** @description The page's entries. */
            data: {
                /**
                 * Format: int64
                 * @description ...and at least so many seconds.
                 */
                challenge_seconds: number;
                /**
                 * Format: int64
                 * @description A root waits at least so many slots for a veto...
                 */
                challenge_slots: number;
                /** @description Whether the mint can freeze accounts. */
                freezable: boolean;
                /** @description What it may grow by at once. */
                growth_burst: components["schemas"]["Amount"];
                /** @description What the roots' total may grow by in a slot. */
                growth_per_slot: components["schemas"]["Amount"];
                /** @description What it holds. */
                token: components["schemas"]["Token"];
                /** @description Where the tokens lie. */
                token_account: string;
                /** @description SPL Token or Token-2022. */
                token_program: string;
            }[];
            /** @description Whether there is another page. */
            has_more: boolean;
            /** @description Send it as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
            /**
             * Format: int64
             * @description Epoch of the vault's newest active root; null where no single vault is
             *     concerned, or before its first root.
             */
            root_epoch: number | null;
        };
        /** @description An older asset that this one was made from. */
        Parent: {
            /** @description Which. */
            asset: string;
            /** @description What its metadata calls it. */
            name: string | null;
            /**
             * Format: int32
             * @description Its share of what this asset receives, in ten-thousandths.
             */
            royalty_bps: number;
        };
        /** @description A payer. */
        Payer: {
            /** @description Standing with each vault that was paid into; empty when there is none. */
            accounts: components["schemas"]["PayerAccount"][];
            /** @description The newest 100 deposits; `/v1/vaults/{vault}/deposits` has all. */
            deposits: components["schemas"]["Deposit"][];
            /** @description The newest 100 mandates. */
            mandates: components["schemas"]["MandateRecord"][];
            /** @description The payer's key. */
            payer: string;
        };
        /** @description Standing with a vault. */
        PayerAccount: {
            /** @description Deposits that are not yet credit: not yet final, or not yet granted. */
            arriving: components["schemas"]["Amount"];
            /** @description What can be leased to gateways now. */
            available: components["schemas"]["Amount"];
            /** @description Everything this payer deposited. */
            deposited: components["schemas"]["Amount"];
            /** @description What of that is final; only that becomes credit. */
            deposited_final: components["schemas"]["Amount"];
            /** @description What is leased to gateways and not yet returned. */
            leased: components["schemas"]["Amount"];
            /** @description Whether a refund is requested; new mandates and leases wait meanwhile. */
            refund_requested: boolean;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description A payment. */
        Payment: {
            /** @description What was paid in this class in all. */
            claimed: components["schemas"]["Amount"];
            /** @description What for. */
            class: components["schemas"]["Class"];
            /** @description The token account it was paid to. */
            destination: string;
            /** @description What was paid. */
            paid: components["schemas"]["Amount"];
        };
        /** @description Uses that will be permitted. */
        PendingUses: {
            /**
             * Format: int64
             * @description From this slot on.
             */
            effective_slot: number;
            /** @description What the owner will permit. */
            uses: components["schemas"]["Uses"];
        };
        /**
         * @description Why credit came about. A match or a declaration is what it is, never a cause.
         * @enum {string}
         */
        Policy: "declared" | "used" | "verbatim" | "unmatched" | "royalty" | "similar" | "curated";
        /** @description A policy set and its time. */
        PolicyTerm: {
            /**
             * Format: int64
             * @description Roots use it whose parent's finalised slot is this one or later; for a set
             *     that waits for the timelock, the earliest that can be.
             */
            from_slot: number;
            /** @description Whether it only waits for its timelock and may still be cancelled. */
            is_proposed: boolean;
            /** @description SHA-256 of the policy set: a file of `/v1/files`. */
            policy_set: string;
            terms: components["schemas"]["PolicyTerms"] | null;
            /**
             * Format: int64
             * @description The slot from which another one is used; null for the last.
             */
            until_slot: number | null;
        };
        /** @description What a policy set says. All of it is in the file. */
        PolicyTerms: {
            /** @description How models share that say nothing themselves. */
            default_mix: components["schemas"]["Mix"];
            /**
             * Format: int32
             * @description Version of the engine.
             */
            engine: number;
            /**
             * Format: int32
             * @description The protocol's share of every payment, in ten-thousandths.
             */
            fee_bps: number;
            /** @description Who receives that. */
            fee_claimant: string;
            /** @description No smaller leaf is published; it stays residue. */
            leaf_min: components["schemas"]["Amount"];
            /**
             * Format: int32
             * @description The shortest span that counts as verbatim, in tokens.
             */
            span_min: number;
        };
        /** @description What one policy gave. */
        PolicyTotal: {
            /** @description In sub-units. */
            amount: components["schemas"]["SubAmount"];
            /** @description declared, used, verbatim, unmatched, royalty, similar or curated. */
            policy: string;
        };
        /** @description A problem, as `application/problem+json`. */
        Problem: {
            /**
             * @description The kind for programs.
             * @example not_found
             */
            code: string;
            /** @description What happened here and what to do about it. */
            detail: string;
            /** @description What is wrong with which part of the request. */
            errors: components["schemas"]["FieldError"][];
            /** @description Quote it when asking for help; also in the header `x-request-id`. */
            request_id: string;
            /** @description Whether the same request may succeed later. */
            retryable: boolean;
            /**
             * Format: int32
             * @description The HTTP status again.
             */
            status: number;
            /** @description The kind in words. */
            title: string;
            /**
             * @description Names the kind of problem; docs/api.md explains them.
             * @example urn:tributary:problem:not_found
             */
            type: string;
        };
        /**
         * @description Which program an event is of.
         * @enum {string}
         */
        Program: "registry" | "rewards";
        /** @description The programs' addresses. */
        Programs: {
            /** @description Who owns what. */
            registry: string;
            /** @description Vaults, roots and claims. */
            rewards: string;
        };
        /** @description A leaf with its proof, as the claim instruction takes them. */
        Proof: {
            /** @description What the leaf says, since the vault's beginning. */
            cumulative: components["schemas"]["Amount"];
            /**
             * Format: int64
             * @description The root's epoch.
             */
            epoch: number;
            /**
             * Format: int32
             * @description The leaf's place among the leaves.
             */
            index: number;
            /**
             * Format: int32
             * @description How many leaves there are.
             */
            leaf_count: number;
            /** @description The leaf file it can be rebuilt from: a file of `/v1/files`. */
            leaf_file: string;
            /** @description The root's manifest: a file of `/v1/files`. */
            manifest: string;
            /**
             * Format: int32
             * @description The root's place in the vault's ring.
             */
            place: number;
            /**
             * @description The siblings from the leaf up to the frontier, 40 bytes each (hash, sum
             *     little-endian), in base64.
             */
            proof: string;
            /** @description The root. */
            root_id: string;
            /** @description Hash of the tree's top node, as on-chain. */
            tree_hash: string;
        };
        /** @description What a claim needs. */
        ProofAnswer: {
            /** @description Whose. */
            claimant: string;
            /** @description What was paid in this class so far. */
            claimed: components["schemas"]["Amount"];
            /** @description What for. */
            class: components["schemas"]["Class"];
            /** @description What a claim would pay now. */
            due: components["schemas"]["Amount"];
            proof: components["schemas"]["Proof"] | null;
            /** @description Whether there is anything. */
            standing: components["schemas"]["Standing"];
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description A published file. */
        PublishedFile: {
            /**
             * Format: int64
             * @description How long it is; null when it is not in this API's store.
             */
            bytes: number | null;
            /** @description SHA-256 of its bytes: read it at `/v1/files/{hash}`. */
            hash: string;
            /** @description What it is to the root. */
            role: string;
        };
        /** @description Credit of one kind. */
        Receipt: {
            agent: components["schemas"]["NamedAsset"] | null;
            /** @description How much, in sub-units. */
            amount: components["schemas"]["SubAmount"];
            /** @description For which asset. */
            asset: components["schemas"]["NamedAsset"];
            /**
             * Format: int64
             * @description The epoch.
             */
            epoch: number;
            /**
             * Format: int64
             * @description By how many events; 0 for what an ended dispute released.
             */
            events: number;
            /** @description Why. */
            policy: components["schemas"]["Policy"];
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description An event that credited the claimant. */
        ReceiptEvent: {
            /** @description Which agent was called. */
            agent: components["schemas"]["NamedAsset"];
            /**
             * Format: int64
             * @description Unix milliseconds.
             */
            at_ms: number;
            /** @description What of that is this claimant's, in sub-units. */
            credited: components["schemas"]["SubAmount"];
            /** @description The gateway: with generation and sequence the event's identity. */
            gateway: string;
            /**
             * Format: int32
             * @description The gateway's life.
             */
            generation: number;
            /** @description Why, line by line. */
            lines: components["schemas"]["ReceiptLine"][];
            /** @description Which model answered. */
            model: components["schemas"]["NamedAsset"];
            /** @description What was paid. */
            price: components["schemas"]["Amount"];
            /**
             * Format: int64
             * @description Its place in that life.
             */
            sequence: number;
            /**
             * @description The longest spans of the answer that stand in this claimant's texts; null
             *     when the sidecar has expired.
             */
            spans: components["schemas"]["SpanExcerpt"][] | null;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description A line of an event's receipt. */
        ReceiptLine: {
            /** @description How much, in sub-units. */
            amount: components["schemas"]["SubAmount"];
            /** @description For which asset. */
            asset: components["schemas"]["NamedAsset"];
            /** @description Why. */
            policy: components["schemas"]["Policy"];
        };
        /** @description A posted root. */
        Root: {
            /**
             * Format: int32
             * @description Which attempt at that epoch, from 0.
             */
            attempt: number;
            /**
             * Format: int32
             * @description How many watchers attested it.
             */
            attestations: number;
            /** @description Entitlements of contributors since the vault's beginning. */
            earned_total: components["schemas"]["Amount"];
            /**
             * Format: int64
             * @description Which epoch it closes.
             */
            epoch: number;
            /** @description Fees since the vault's beginning. */
            fee_total: components["schemas"]["Amount"];
            /**
             * Format: int64
             * @description The finalised slot it was computed at.
             */
            finalised_slot: number;
            /**
             * Format: int32
             * @description Number of leaves.
             */
            leaf_count: number;
            /** @description SHA-256 of the manifest: a file of `/v1/files`. */
            manifest: string;
            /**
             * Format: int64
             * @description ...and from this Unix second on.
             */
            opens_at: number;
            /**
             * Format: int64
             * @description It can be activated from this slot on...
             */
            opens_slot: number;
            /** @description The root before; zeros for the first. */
            parent: string;
            /**
             * Format: int32
             * @description Its place in the vault's ring of roots: what a claim names.
             */
            place: number;
            /** @description SHA-256 of the policy set: a file of `/v1/files`. */
            policy_set: string;
            /**
             * Format: int64
             * @description Unix seconds at which it was posted, by the chain's clock.
             */
            posted_at: number;
            /** @description The transaction that posted it. */
            posted_signature: string;
            /**
             * Format: int64
             * @description The slot it was posted in.
             */
            posted_slot: number;
            /** @description Refunds since the vault's beginning. */
            refund_total: components["schemas"]["Amount"];
            /** @description Its identity. */
            root_id: string;
            /** @description Where it stands. */
            status: components["schemas"]["RootStatus"];
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
            /** @description Hash of the tree's top node. */
            tree_hash: string;
        };
        /** @description How old a vault's newest active root is. */
        RootAge: {
            /**
             * Format: int64
             * @description Seconds since it was posted.
             */
            age_seconds: number;
            /**
             * Format: int64
             * @description The root's epoch.
             */
            epoch: number;
            /** @description The vault. */
            vault: string;
        };
        /** @description A root with what it was computed from. */
        RootDetail: components["schemas"]["Root"] & {
            /** @description The files that it names. */
            files: components["schemas"]["PublishedFile"][];
            /**
             * @description Its manifest as published (docs/formats.md); null when it is not in this
             *     API's store.
             */
            manifest_document: Record<string, never> | null;
        };
        /**
         * @description Where a root stands.
         * @enum {string}
         */
        RootStatus: "pending" | "active" | "vetoed" | "disabled";
        /**
         * @description What a token allows beyond public reads.
         * @enum {string}
         */
        Scope: "read" | "webhooks";
        /** @description What was found. */
        SearchResults: {
            /** @description Whether there are more than are shown: `/v1/assets?name=` lists them all. */
            is_cut: boolean;
            /** @description The best matches; assets by name in the order of registration. */
            matches: components["schemas"]["Match"][];
        };
        /** @description A session. */
        Session: {
            /** @description Who signed in. */
            account: string;
            /**
             * Format: int64
             * @description Unix seconds.
             */
            expires_at: number;
            /** @description What it allows; a session also makes and removes keys. */
            scopes: components["schemas"]["Scope"][];
            /** @description Send it as `Authorization: Bearer …`. Shown once. */
            token: string;
        };
        /** @description An epoch attempt that counted an event. */
        SettledIn: {
            /**
             * Format: int32
             * @description The attempt.
             */
            attempt: number;
            /**
             * Format: int64
             * @description The epoch.
             */
            epoch: number;
            /** @description How far the attempt got. */
            step: string;
        };
        /** @description A signed message. */
        SignInRequest: {
            /** @description The account that signed. */
            address: string;
            /** @description The text that was signed: that of the challenge, to the byte. */
            message: string;
            /** @description The Ed25519 signature over it, in base64. */
            signature: string;
        };
        /** @description A stretch of the answer that stands in one of the claimant's texts. */
        SpanExcerpt: {
            /** @description In which asset. */
            asset: components["schemas"]["NamedAsset"];
            /**
             * Format: int32
             * @description How many bytes long.
             */
            bytes: number;
            /**
             * Format: int32
             * @description In how many registered assets the match occurs.
             */
            clusters: number;
            /** @description Whether the excerpt was cut short. */
            cut: boolean;
            /**
             * @description The text itself; null when its owner does not permit display, or it is not
             *     in this API's store.
             */
            excerpt: string | null;
        };
        /** @description What a payer paid an agent. */
        Spending: {
            /** @description To which agent. */
            agent: components["schemas"]["NamedAsset"];
            /** @description How much altogether. */
            amount: components["schemas"]["Amount"];
            /**
             * Format: int64
             * @description By how many calls.
             */
            events: number;
            /**
             * Format: int64
             * @description Unix milliseconds of the first call...
             */
            first_at_ms: number;
            /**
             * Format: int64
             * @description ...and of the last.
             */
            last_at_ms: number;
            /** @description What its amount is counted in. */
            token: components["schemas"]["Token"];
        };
        /**
         * @description Whether there is anything.
         * @enum {string}
         */
        Standing: "entitled" | "no_entitlement" | "no_root";
        /**
         * @description Sub-units (2^-32 of a base unit) as a decimal string.
         * @example 6442450944000000
         */
        SubAmount: string;
        /** @description Who shares an asset's income from a slot on. */
        Terms: {
            /**
             * Format: int64
             * @description When they were announced.
             */
            announced_slot: number;
            /** @description Who shares it. */
            co_owners: components["schemas"]["CoOwner"][];
            /** @description How sure the announcement is. */
            commitment: components["schemas"]["Commitment"];
            /**
             * Format: int64
             * @description They count from this slot on.
             */
            effective_slot: number;
            mix: components["schemas"]["Mix"] | null;
        };
        /** @description What was put in a webhook's way. */
        TestDelivery: {
            /** @description Its id: look for it among the deliveries. */
            id: string;
        };
        /** @description What amounts beside it are counted in. */
        Token: {
            /**
             * Format: int32
             * @description Decimal places of one token.
             */
            decimals: number;
            /** @description The token's mint. */
            mint: string;
            /** @description The vault that holds the tokens. */
            vault: string;
        };
        /** @description What the owner permits. */
        Uses: {
            /** @description Parts of it may be shown. */
            display: boolean;
            /** @description Answers may be grounded in it. */
            ground: boolean;
            /** @description Models may be built from it. */
            train: boolean;
        };
        /** @description A vault. */
        Vault: {
            /**
             * Format: int64
             * @description ...and at least so many seconds.
             */
            challenge_seconds: number;
            /**
             * Format: int64
             * @description A root waits at least so many slots for a veto...
             */
            challenge_slots: number;
            /** @description Whether the mint can freeze accounts. */
            freezable: boolean;
            /** @description What it may grow by at once. */
            growth_burst: components["schemas"]["Amount"];
            /** @description What the roots' total may grow by in a slot. */
            growth_per_slot: components["schemas"]["Amount"];
            /** @description What it holds. */
            token: components["schemas"]["Token"];
            /** @description Where the tokens lie. */
            token_account: string;
            /** @description SPL Token or Token-2022. */
            token_program: string;
        };
        /** @description What a claimant has in a vault. */
        VaultBalance: {
            /** @description One entry a class, in the order earned, refund, fee. */
            classes: components["schemas"]["ClassBalance"][];
            next_root: components["schemas"]["NextRoot"] | null;
            /**
             * Format: int64
             * @description Seconds since that root was posted.
             */
            root_age_seconds: number | null;
            /**
             * Format: int64
             * @description Epoch of the root that serves claims; null before the first.
             */
            root_epoch: number | null;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
        };
        /** @description A vault with its books. */
        VaultDetail: components["schemas"]["Vault"] & {
            active_root: components["schemas"]["Root"] | null;
            /** @description Everything that was paid out. */
            claimed: components["schemas"]["Amount"];
            /** @description Everything that was deposited. */
            deposited: components["schemas"]["Amount"];
            halted: components["schemas"]["Halt"] | null;
            pending_root: components["schemas"]["Root"] | null;
        };
        /** @description What an epoch of a vault came to. */
        Waterfall: {
            /**
             * Format: int32
             * @description Which attempt at it.
             */
            attempt: number;
            /**
             * Format: int64
             * @description Which epoch.
             */
            epoch: number;
            /**
             * Format: int64
             * @description Usage events in it, void ones included.
             */
            events: number;
            /**
             * Format: int32
             * @description The protocol's fee in basis points of what was charged.
             */
            fee_bps: number;
            /** @description The signed bytes: a file of `/v1/files`. */
            file: string;
            /**
             * Format: int64
             * @description The slot that closed the epoch.
             */
            finalised_slot: number;
            /** @description Who signed it: the vault's poster then. */
            key: string;
            /** @description In the order in which they are read. */
            lines: components["schemas"]["WaterfallLine"][];
            /** @description The root it explains. */
            root_id: string;
            /** @description Ed25519 over the statement's hash, in base58 (docs/formats.md, *Waterfall*). */
            signature: string;
            /** @description What its amounts are counted in. */
            token: components["schemas"]["Token"];
            /**
             * Format: int64
             * @description Those that earned nobody anything.
             */
            void_events: number;
        };
        /** @description A line of the waterfall. */
        WaterfallLine: {
            /** @description How much, in sub-units. */
            amount: components["schemas"]["SubAmount"];
            /** @description What it is called on a page. */
            label: string;
            /** @description What it is called in data, such as `gross`, `fee` or `pool`. */
            name: string;
            /** @description The line it is a part of; null at the top. A line with parts is their sum. */
            of: string | null;
        };
        /** @description Where to send what happened. */
        Webhook: components["schemas"]["WebhookFilter"] & {
            /**
             * Format: int64
             * @description Unix seconds.
             */
            created_at: number;
            /** @description Whether it gets anything: a receiver that answers 410 switches it off. */
            enabled: boolean;
            /** @description Its id. */
            id: string;
            /** @description Signs the deliveries (Standard Webhooks). Shown when it is made, never again. */
            secret: string | null;
            /** @description Where to. */
            url: string;
        };
        /** @description What a webhook is told about. */
        WebhookFilter: {
            /** @description Leaves out what concerns only others. */
            claimant: string | null;
            /** @description Only these kinds of change; empty for all. */
            kinds: string[];
            /** @description Only of this vault. */
            vault: string | null;
        };
        /** @description What a webhook is to be. */
        WebhookRequest: {
            /** @description Leaves out what concerns only others. */
            claimant?: string | null;
            /** @description Only these kinds of change; all when left out. */
            kinds?: string[];
            /** @description Where to: a public HTTPS address. */
            url: string;
            /** @description Only of this vault. */
            vault?: string | null;
        };
        /** @description The webhooks of an account. */
        Webhooks: {
            /** @description All of them. */
            data: components["schemas"]["Webhook"][];
        };
        /** @description How much of an answer an asset accounts for. */
        Weight: {
            /** @description Which asset. */
            asset: string;
            /**
             * Format: int32
             * @description In 65,536ths of a token.
             */
            weight: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    assets: {
        parameters: {
            query?: {
                /** @description Only of this kind. */
                kind?: "dataset" | "model" | "agent";
                /** @description Only with this owner. */
                owner?: string;
                /** @description Only those whose income this key shares, by terms in force or announced. */
                claimant?: string;
                /** @description Only those whose name has words that begin with these. */
                name?: string;
                /** @description Only under this licence, or an expression that names it. */
                licence?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Asset"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    asset: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_AssetDetail"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    graph: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_AssetGraph"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    asset_usage: {
        parameters: {
            query: {
                /** @description The vault. */
                vault: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AssetUsage"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    challenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChallengeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Challenge"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changes: {
        parameters: {
            query?: {
                /** @description Only these kinds, separated by commas; all when left out. */
                kinds?: string;
                /** @description Only of this vault. */
                vault?: string;
                /** @description Leaves out what concerns only other claimants, payers and owners. */
                claimant?: string;
                /** @description How sure they have to be; `finalised` when left out. */
                commitment?: "finalised" | "confirmed";
                /** @description The `cursor` of the change to go on after. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Change"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    balances: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                claimant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Balances"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    earnings: {
        parameters: {
            query: {
                /** @description The vault. */
                vault: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                claimant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Earning"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    history: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                claimant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HistoryEntry"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    proof: {
        parameters: {
            query: {
                /** @description The vault to claim from. */
                vault: string;
                /** @description What for; earned when left out. */
                class?: "earned" | "refund" | "fee";
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                claimant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_ProofAnswer"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such vault */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receipts: {
        parameters: {
            query: {
                /** @description The vault. */
                vault: string;
                /** @description The epoch, from 1. */
                epoch: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                claimant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Receipt"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such vault */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many events to recompute on request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receipt_events: {
        parameters: {
            query: {
                /** @description The vault. */
                vault: string;
                /** @description The epoch, from 1. */
                epoch: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                claimant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ReceiptEvent"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such vault */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many events to recompute on request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    statement: {
        parameters: {
            query: {
                /** @description The vault. */
                vault: string;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                claimant: string;
                year: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One row an entry */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such vault */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many events or roots to recompute on request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collections: {
        parameters: {
            query?: {
                /** @description Only this curator's. */
                curator?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Collection"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collection: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_CollectionDetail"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disputes: {
        parameters: {
            query?: {
                /** @description Only about this asset. */
                asset?: string;
                /** @description Only by this challenger. */
                challenger?: string;
                /** @description Only those that are open, or only those that ended. */
                open?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Dispute"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    event: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                gateway: string;
                generation: number;
                sequence: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Event"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    file: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                /** @description SHA-256 of the bytes, 64 lower-case hexadecimal digits */
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description A range of them */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description The caller has it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Health"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A part of the request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Answers are old (the same body as 200), or there are none (a problem) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Health"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keys: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A part of the request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_key: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request do nothing twice */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A part of the request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    network: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Network"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A part of the request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    payer: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                payer: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Payer"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    spending: {
        parameters: {
            query: {
                /** @description The vault. */
                vault: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                payer: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Spending"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    root: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                root_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_RootDetail"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    waterfall: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                root_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_Waterfall"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such root, or none was published with it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /** @description Words of a name, or their beginnings; an address; a hash. */
                q: string;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_SearchResults"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream: {
        parameters: {
            query?: {
                /** @description Only these kinds, separated by commas; all when left out. */
                kinds?: string;
                /** @description Only of this vault. */
                vault?: string;
                /** @description Leaves out what concerns only other claimants, payers and owners. */
                claimant?: string;
                /** @description How sure they have to be; `finalised` when left out. */
                commitment?: "finalised" | "confirmed";
                /** @description The `cursor` of the change to go on after; from now on when left out. */
                cursor?: string;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: {
                /** @description Sent by browsers when they reconnect; counts before `cursor` */
                "last-event-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events whose `data` is a Change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Change"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vaults: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Vault"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    vault: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                vault: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answer_VaultDetail"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    claims: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                vault: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Claim"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deposits: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                vault: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Deposit"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    epochs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                vault: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Epoch"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    policies: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                vault: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PolicyTerm"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    roots: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                vault: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Root"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token is unknown, expired or revoked */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    webhooks: {
        parameters: {
            query?: {
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhooks"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A part of the request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request do nothing twice */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A part of the request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deliveries: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Entries a page, 1 to 100; 25 when left out. */
                limit?: number;
                /** @description Answer only once this slot is indexed; after a few seconds, 503 `not_yet` */
                min_slot?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Delivery"];
                };
            };
            /** @description What `If-None-Match` names is still so */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request do nothing twice */
                "idempotency-key"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestDelivery"];
                };
            };
            /** @description A part of the request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too long */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The URL is too long */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: wait as long as `retry-after` says */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not now: try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The answer took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
