ALTER TABLE "plinth"."revocations" RENAME COLUMN "session_id" TO "subject_id";
--> statement-breakpoint
CREATE TABLE "plinth"."one_time_tokens" (
	"digest" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid NOT NULL,
	"email" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plinth"."api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"digest" text NOT NULL,
	"permissions" jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"rate_limit_requests" integer,
	"rate_limit_seconds" integer,
	"last_used_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "plinth"."audit_log" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" uuid,
	"session_id" uuid,
	"key_id" uuid,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"target_id" uuid,
	"address" text,
	"user_agent" text,
	"request_id" text,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "plinth"."identities" (
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identities_issuer_subject_pk" PRIMARY KEY("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "plinth"."emails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipient" text NOT NULL,
	"subject" text NOT NULL,
	"sealed_parts" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp(3) with time zone
);
--> statement-breakpoint
CREATE TABLE "plinth"."authenticators" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"sealed_secret" text NOT NULL,
	"confirmed_at" timestamp(3) with time zone,
	"last_step" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plinth"."recovery_codes" (
	"user_id" uuid NOT NULL,
	"digest" text NOT NULL,
	CONSTRAINT "recovery_codes_user_id_digest_pk" PRIMARY KEY("user_id","digest")
);
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" ADD COLUMN "last_used_at" timestamp(3) with time zone DEFAULT now() NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."signing_keys" ADD COLUMN "signs_from" timestamp(3) with time zone DEFAULT now() NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."users" ADD COLUMN "two_factor_enabled" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."one_time_tokens" ADD CONSTRAINT "one_time_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "plinth"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ADD CONSTRAINT "api_keys_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "plinth"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."identities" ADD CONSTRAINT "identities_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "plinth"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."authenticators" ADD CONSTRAINT "authenticators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "plinth"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "plinth"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "one_time_tokens_user" ON "plinth"."one_time_tokens" USING btree ("user_id","purpose");
--> statement-breakpoint
CREATE INDEX "api_keys_owner" ON "plinth"."api_keys" USING btree ("owner_id","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_digest" ON "plinth"."api_keys" USING btree ("digest");
--> statement-breakpoint
CREATE INDEX "audit_log_time" ON "plinth"."audit_log" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "plinth"."audit_log" USING btree ("actor_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "audit_log_target" ON "plinth"."audit_log" USING btree ("target_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "identities_user" ON "plinth"."identities" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "emails_time" ON "plinth"."emails" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "emails_recipient" ON "plinth"."emails" USING btree ("recipient","created_at");
--> statement-breakpoint
CREATE INDEX "users_created" ON "plinth"."users" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "users_superusers" ON "plinth"."users" USING btree ("id") WHERE is_superuser;
