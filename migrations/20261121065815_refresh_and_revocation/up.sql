CREATE TABLE "plinth"."revocations" (
	"session_id" uuid PRIMARY KEY NOT NULL,
	"transaction_id" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"revoked_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" ADD COLUMN "generation" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" ADD COLUMN "refreshed_at" timestamp(3) with time zone DEFAULT now() NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" ADD COLUMN "ended_at" timestamp(3) with time zone;
--> statement-breakpoint
CREATE INDEX "revocations_transaction" ON "plinth"."revocations" USING btree ("transaction_id");
--> statement-breakpoint
CREATE INDEX "revocations_time" ON "plinth"."revocations" USING btree ("revoked_at");
