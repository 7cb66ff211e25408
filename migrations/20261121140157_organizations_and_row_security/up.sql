CREATE TABLE "plinth"."invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"invited_by" uuid,
	"state" text DEFAULT 'pending' NOT NULL,
	"digest" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plinth"."invitations" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."invitations" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE TABLE "plinth"."members" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plinth"."members" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."members" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE TABLE "plinth"."organizations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plinth"."organizations" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."organizations" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."one_time_tokens" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."one_time_tokens" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."identities" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."identities" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."items" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."items" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."sessions" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."authenticators" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."authenticators" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."recovery_codes" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "plinth"."recovery_codes" FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
DROP INDEX "plinth"."api_keys_owner";
--> statement-breakpoint
DROP INDEX "plinth"."items_owner";
--> statement-breakpoint
DROP INDEX "plinth"."tasks_owner";
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ALTER COLUMN "owner_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."items" ALTER COLUMN "owner_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" ALTER COLUMN "owner_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ADD COLUMN "organization_id" uuid;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" ADD COLUMN "organization_id" uuid;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" ADD COLUMN "sequence" bigint;
--> statement-breakpoint
ALTER TABLE "plinth"."audit_log" ADD COLUMN "hash" text;
--> statement-breakpoint
ALTER TABLE "plinth"."items" ADD COLUMN "organization_id" uuid;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" ADD COLUMN "organization_id" uuid;
--> statement-breakpoint
ALTER TABLE "plinth"."invitations" ADD CONSTRAINT "invitations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "plinth"."organizations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."invitations" ADD CONSTRAINT "invitations_invited_by_users_id_fk" FOREIGN KEY ("invited_by") REFERENCES "plinth"."users"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."members" ADD CONSTRAINT "members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "plinth"."organizations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."members" ADD CONSTRAINT "members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "plinth"."users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "invitations_organization" ON "plinth"."invitations" USING btree ("organization_id","created_at","id");
--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_digest" ON "plinth"."invitations" USING btree ("digest");
--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_pending" ON "plinth"."invitations" USING btree ("organization_id","email") WHERE state = 'pending';
--> statement-breakpoint
CREATE INDEX "invitations_invited_by" ON "plinth"."invitations" USING btree ("invited_by");
--> statement-breakpoint
CREATE UNIQUE INDEX "members_user" ON "plinth"."members" USING btree ("user_id","organization_id");
--> statement-breakpoint
CREATE INDEX "members_organization" ON "plinth"."members" USING btree ("organization_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "members_owners" ON "plinth"."members" USING btree ("organization_id") WHERE role = 'owner';
--> statement-breakpoint
CREATE UNIQUE INDEX "organizations_slug" ON "plinth"."organizations" USING btree ("slug");
--> statement-breakpoint
CREATE INDEX "organizations_created" ON "plinth"."organizations" USING btree ("created_at","id");
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ADD CONSTRAINT "api_keys_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "plinth"."organizations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."items" ADD CONSTRAINT "items_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "plinth"."organizations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" ADD CONSTRAINT "tasks_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "plinth"."organizations"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "api_keys_organization" ON "plinth"."api_keys" USING btree ("organization_id","created_at","id","owner_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "audit_log_organization" ON "plinth"."audit_log" USING btree ("organization_id","sequence");
--> statement-breakpoint
CREATE INDEX "audit_log_organization_time" ON "plinth"."audit_log" USING btree ("organization_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "items_organization" ON "plinth"."items" USING btree ("organization_id","created_at","id","owner_id");
--> statement-breakpoint
CREATE INDEX "tasks_organization" ON "plinth"."tasks" USING btree ("organization_id","created_at","id","owner_id");
--> statement-breakpoint
CREATE INDEX "api_keys_owner" ON "plinth"."api_keys" USING btree ("owner_id","created_at","id","organization_id");
--> statement-breakpoint
CREATE INDEX "items_owner" ON "plinth"."items" USING btree ("owner_id","created_at","id","organization_id");
--> statement-breakpoint
CREATE INDEX "tasks_owner" ON "plinth"."tasks" USING btree ("owner_id","created_at","id","organization_id");
--> statement-breakpoint
ALTER TABLE "plinth"."api_keys" ADD CONSTRAINT "api_keys_tenant" CHECK (num_nonnulls(owner_id, organization_id) = 1);
--> statement-breakpoint
ALTER TABLE "plinth"."items" ADD CONSTRAINT "items_tenant" CHECK (num_nonnulls(owner_id, organization_id) = 1);
--> statement-breakpoint
ALTER TABLE "plinth"."tasks" ADD CONSTRAINT "tasks_tenant" CHECK (num_nonnulls(owner_id, organization_id) = 1);
--> statement-breakpoint
-- By hand: the one function that policies and statements share. Not inlined, since its reading of
-- members comes under the policy of members, which asks it in turn.
CREATE FUNCTION "plinth"."organizations_of"(caller uuid, roles text[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10 AS $$
BEGIN
	RETURN QUERY SELECT caller
		UNION ALL SELECT organization_id FROM plinth.members WHERE user_id = caller AND role = ANY (roles);
END $$;
--> statement-breakpoint
-- By hand: nobody changes what was told, the owner of the table not either.
REVOKE UPDATE, DELETE, TRUNCATE ON "plinth"."audit_log" FROM CURRENT_USER;
--> statement-breakpoint
CREATE POLICY "one_time_tokens_read" ON "plinth"."one_time_tokens" AS PERMISSIVE FOR SELECT TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "one_time_tokens_add" ON "plinth"."one_time_tokens" AS PERMISSIVE FOR INSERT TO public WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "one_time_tokens_change" ON "plinth"."one_time_tokens" AS PERMISSIVE FOR UPDATE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff')) WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "one_time_tokens_remove" ON "plinth"."one_time_tokens" AS PERMISSIVE FOR DELETE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "api_keys_read" ON "plinth"."api_keys" AS PERMISSIVE FOR SELECT TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "api_keys_add" ON "plinth"."api_keys" AS PERMISSIVE FOR INSERT TO public WITH CHECK (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "api_keys_change" ON "plinth"."api_keys" AS PERMISSIVE FOR UPDATE TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}'))) WITH CHECK (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "api_keys_remove" ON "plinth"."api_keys" AS PERMISSIVE FOR DELETE TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "audit_log_read" ON "plinth"."audit_log" AS PERMISSIVE FOR SELECT TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "audit_log_add" ON "plinth"."audit_log" AS PERMISSIVE FOR INSERT TO public WITH CHECK ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "identities_read" ON "plinth"."identities" AS PERMISSIVE FOR SELECT TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "identities_add" ON "plinth"."identities" AS PERMISSIVE FOR INSERT TO public WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "identities_change" ON "plinth"."identities" AS PERMISSIVE FOR UPDATE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff')) WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "identities_remove" ON "plinth"."identities" AS PERMISSIVE FOR DELETE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "items_read" ON "plinth"."items" AS PERMISSIVE FOR SELECT TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{member,admin,owner}')));
--> statement-breakpoint
CREATE POLICY "items_add" ON "plinth"."items" AS PERMISSIVE FOR INSERT TO public WITH CHECK (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "items_change" ON "plinth"."items" AS PERMISSIVE FOR UPDATE TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}'))) WITH CHECK (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "items_remove" ON "plinth"."items" AS PERMISSIVE FOR DELETE TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "sessions_read" ON "plinth"."sessions" AS PERMISSIVE FOR SELECT TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "sessions_add" ON "plinth"."sessions" AS PERMISSIVE FOR INSERT TO public WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "sessions_change" ON "plinth"."sessions" AS PERMISSIVE FOR UPDATE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff')) WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "sessions_remove" ON "plinth"."sessions" AS PERMISSIVE FOR DELETE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "tasks_read" ON "plinth"."tasks" AS PERMISSIVE FOR SELECT TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{member,admin,owner}')));
--> statement-breakpoint
CREATE POLICY "tasks_add" ON "plinth"."tasks" AS PERMISSIVE FOR INSERT TO public WITH CHECK (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "tasks_change" ON "plinth"."tasks" AS PERMISSIVE FOR UPDATE TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}'))) WITH CHECK (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "tasks_remove" ON "plinth"."tasks" AS PERMISSIVE FOR DELETE TO public USING (owner_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "authenticators_read" ON "plinth"."authenticators" AS PERMISSIVE FOR SELECT TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "authenticators_add" ON "plinth"."authenticators" AS PERMISSIVE FOR INSERT TO public WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "authenticators_change" ON "plinth"."authenticators" AS PERMISSIVE FOR UPDATE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff')) WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "authenticators_remove" ON "plinth"."authenticators" AS PERMISSIVE FOR DELETE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "recovery_codes_read" ON "plinth"."recovery_codes" AS PERMISSIVE FOR SELECT TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "recovery_codes_add" ON "plinth"."recovery_codes" AS PERMISSIVE FOR INSERT TO public WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "recovery_codes_change" ON "plinth"."recovery_codes" AS PERMISSIVE FOR UPDATE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff')) WITH CHECK (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "recovery_codes_remove" ON "plinth"."recovery_codes" AS PERMISSIVE FOR DELETE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "invitations_read" ON "plinth"."invitations" AS PERMISSIVE FOR SELECT TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "invitations_add" ON "plinth"."invitations" AS PERMISSIVE FOR INSERT TO public WITH CHECK ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "invitations_change" ON "plinth"."invitations" AS PERMISSIVE FOR UPDATE TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}'))) WITH CHECK ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "invitations_remove" ON "plinth"."invitations" AS PERMISSIVE FOR DELETE TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "members_read" ON "plinth"."members" AS PERMISSIVE FOR SELECT TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{member,admin,owner}')));
--> statement-breakpoint
CREATE POLICY "members_add" ON "plinth"."members" AS PERMISSIVE FOR INSERT TO public WITH CHECK ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "members_change" ON "plinth"."members" AS PERMISSIVE FOR UPDATE TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}'))) WITH CHECK ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "members_remove" ON "plinth"."members" AS PERMISSIVE FOR DELETE TO public USING (user_id = (select nullif(current_setting('plinth.caller', true), '')::uuid) or (select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or organization_id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "organizations_read" ON "plinth"."organizations" AS PERMISSIVE FOR SELECT TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{member,admin,owner}')));
--> statement-breakpoint
CREATE POLICY "organizations_add" ON "plinth"."organizations" AS PERMISSIVE FOR INSERT TO public WITH CHECK ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
--> statement-breakpoint
CREATE POLICY "organizations_change" ON "plinth"."organizations" AS PERMISSIVE FOR UPDATE TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}'))) WITH CHECK ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{admin,owner}')));
--> statement-breakpoint
CREATE POLICY "organizations_remove" ON "plinth"."organizations" AS PERMISSIVE FOR DELETE TO public USING ((select current_setting('plinth.caller', true) = 'ffffffff-ffff-ffff-ffff-ffffffffffff') or id in (select plinth.organizations_of((select nullif(current_setting('plinth.caller', true), '')::uuid), '{owner}')));
