CREATE TABLE "plinth"."idempotency_keys" (
	"digest" text PRIMARY KEY NOT NULL,
	"caller_id" uuid NOT NULL,
	"request" text NOT NULL,
	"answer" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plinth"."idempotency_keys" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."idempotency_keys" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE UNLOGGED TABLE "plinth"."limit_counts" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."items" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."members" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."organizations" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."users" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "plinth"."idempotency_keys" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "items_created" ON "plinth"."items" USING btree ("created_at","id");
--> statement-breakpoint
CREATE POLICY "idempotency_keys_read" ON "plinth"."idempotency_keys" AS PERMISSIVE FOR SELECT TO public USING (caller_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "idempotency_keys_add" ON "plinth"."idempotency_keys" AS PERMISSIVE FOR INSERT TO public WITH CHECK (caller_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "idempotency_keys_change" ON "plinth"."idempotency_keys" AS PERMISSIVE FOR UPDATE TO public USING (caller_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff')) WITH CHECK (caller_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "idempotency_keys_remove" ON "plinth"."idempotency_keys" AS PERMISSIVE FOR DELETE TO public USING (caller_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
