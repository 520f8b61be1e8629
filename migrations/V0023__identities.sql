-- People are known by several ids. Those that Meta has told of one person in one webhook, or as a change, belong together;
-- nothing else is ever joined.
CREATE TABLE identity (
    tenant_id    uuid NOT NULL REFERENCES tenant,
    portfolio_id text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('phone', 'user_id', 'parent_user_id', 'username')),
    value        text NOT NULL CHECK (value <> ''),
    person       uuid NOT NULL,
    former       boolean NOT NULL DEFAULT false,
    at           timestamptz NOT NULL,
    PRIMARY KEY (value, tenant_id, kind, portfolio_id)
);
COMMENT ON TABLE identity IS 'The ids of people, as Meta has told them. A user id of two portfolios is two people.';
COMMENT ON COLUMN identity.portfolio_id IS 'Business portfolio of the sender that was told: ids of users mean a person there only.';
COMMENT ON COLUMN identity.value IS 'The id; a phone number with its +.';
COMMENT ON COLUMN identity.person IS 'The same for all ids of a person: made of the ids, so that it does not depend on their order.';
COMMENT ON COLUMN identity.former IS 'Meta has told another id that stands in its place.';
COMMENT ON COLUMN identity.at IS 'Meta''s time of the newest report that was noted; told again, it is noted once a day. Older ones do not move a number.';
-- No index begins with the tenant: while the table is small, and never analysed, all indexes look alike to the planner, and it
-- would take one that gives all ids of a tenant for one that gives the id.
CREATE INDEX identity_person ON identity (person);
CALL protect_tenant_table('identity');
GRANT SELECT, INSERT, UPDATE ON identity TO posthaste_worker;
GRANT SELECT ON identity TO posthaste_app, posthaste_tenant;

-- For the same reason who is looked for among opt-outs by their id must not be found by their tenant: this index serves those
-- alone who ask for a time.
CREATE INDEX opt_out_since ON opt_out (tenant_id, at) WHERE at IS NOT NULL;
DROP INDEX opt_out_at;

-- The row of an id, if it is known. With its limit the planner goes from the id to the row, whatever it thinks of the table's size.
CREATE FUNCTION known_identity(of_tenant uuid, of_portfolio text, of_kind text, of_value text) RETURNS SETOF identity
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT i.*
      FROM public.identity i
     WHERE i.value = of_value AND i.tenant_id = of_tenant AND i.kind = of_kind AND i.portfolio_id = of_portfolio
     LIMIT 1
$$;

-- The other ids of whoever has this one that can be sent to, by portfolio. `given_up` is a number that may have another owner
-- soon; `former`, that one of the two ids has another in its place.
CREATE FUNCTION same_person(of_tenant uuid, of_contact text)
RETURNS TABLE (portfolio_id text, contact text, given_up boolean, former boolean)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT other.portfolio_id, other.value, other.former AND other.kind = 'phone', own.former OR other.former
      FROM public.identity own
      JOIN public.identity other ON other.tenant_id = own.tenant_id AND other.person = own.person
     WHERE own.tenant_id = of_tenant AND own.value = of_contact AND own.kind <> 'username'
       AND other.kind <> 'username' AND other.value <> of_contact
       -- A number that its person has given up may be somebody else's by now, and speaks for nobody but itself.
       AND NOT (own.former AND own.kind = 'phone')
$$;

-- Whoever changes several rows of people holds the row of each of their tenants until its transaction ends, and takes all of
-- them in one order: so nobody waits in a circle, and what one has joined the next one sees. Rows and not advisory locks, which
-- any login of a tenant could hold for ever.
CREATE TABLE people_lock (tenant_id uuid PRIMARY KEY REFERENCES tenant);
COMMENT ON TABLE people_lock IS 'Locked by whoever joins the ids of people of a tenant, or writes their opt-outs.';
CALL protect_tenant_table('people_lock');
GRANT SELECT, INSERT, UPDATE ON people_lock TO posthaste_worker, posthaste_app;

CREATE FUNCTION lock_people(of_tenants uuid[]) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO public.people_lock (tenant_id)
    SELECT DISTINCT t FROM unnest(of_tenants) AS t ORDER BY t
    ON CONFLICT DO NOTHING;
    PERFORM FROM public.people_lock l WHERE l.tenant_id = ANY (of_tenants) ORDER BY l.tenant_id FOR UPDATE;
END
$$;

-- A person's opt-out concerns all their ids. What the tenant has noted comes before what the person has said, and that by its
-- time. A number that has just come from somebody else (`moved`) says nothing of its new owner.
CREATE FUNCTION share_opt_outs(of_tenant uuid, of_person uuid, moved text[]) RETURNS void LANGUAGE sql
AS $$
    WITH own AS (
        SELECT i.value AS contact, i.former AND i.kind = 'phone' AS given_up
          FROM public.identity i
         WHERE i.tenant_id = of_tenant AND i.person = of_person AND i.kind <> 'username'
    ), said AS (
        SELECT o.*
          FROM own
         CROSS JOIN LATERAL (SELECT * FROM public.opt_out o
                              WHERE o.tenant_id = of_tenant AND o.contact = own.contact LIMIT 1) AS o
         WHERE own.contact <> ALL (moved)
         ORDER BY o.source = 'api' AND NOT o.withdrawn DESC, o.told_at DESC, o.withdrawn
         LIMIT 1
    )
    INSERT INTO public.opt_out (tenant_id, contact, reason, at, scope, source, told_at, withdrawn)
    SELECT of_tenant, own.contact, s.reason, clock_timestamp(), s.scope, s.source, s.told_at, s.withdrawn
      FROM said s JOIN own ON own.contact <> s.contact AND NOT own.given_up
     WHERE NOT s.withdrawn
        OR (SELECT count(*) FROM public.opt_out o WHERE o.tenant_id = of_tenant AND o.contact = own.contact) > 0
     ORDER BY own.contact
    ON CONFLICT (tenant_id, contact) DO UPDATE
       SET reason = excluded.reason, at = excluded.at, scope = excluded.scope, source = excluded.source,
           told_at = excluded.told_at, withdrawn = excluded.withdrawn
     WHERE (opt_out.source <> 'api' OR opt_out.withdrawn)
       AND (opt_out.told_at <= excluded.told_at OR excluded.source = 'api' AND NOT excluded.withdrawn)
       AND (opt_out.scope, opt_out.source, opt_out.told_at, opt_out.withdrawn)
           IS DISTINCT FROM (excluded.scope, excluded.source, excluded.told_at, excluded.withdrawn)
$$;

-- Notes one report: ids of one person. Ids of users last, so whoever has one of them is that person, whenever it was told, and
-- two of them in one report make two people one. Numbers and usernames are used again: each belongs to whom it was told of
-- last. The name of a person is the least of the names that their lasting ids give, which no order of reports changes.
CREATE FUNCTION note_identity(of_tenant uuid, of_portfolio text, kinds text[], ids text[], formers boolean[], told_at timestamptz)
RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    lasting CONSTANT text[] := '{user_id,parent_user_id}';
    changes_number boolean;
    known uuid[];
    holders uuid[];
    names uuid[];
    own uuid;
    joined uuid;
    moved text[];
    is_news boolean;
BEGIN
    SELECT coalesce(bool_or(k.former AND k.kind = 'phone'), false) INTO changes_number
      FROM unnest(kinds, formers) AS k (kind, former);
    SELECT coalesce(array_agg(DISTINCT i.person), '{}') INTO known
      FROM unnest(kinds, ids) AS k (kind, value)
     CROSS JOIN LATERAL public.known_identity(of_tenant, of_portfolio, k.kind, k.value) AS i
     WHERE k.kind = ANY (lasting);
    -- A number says who it is if its person has no lasting id yet; that which somebody has given up says so of a person who is
    -- not known otherwise. The one that they have now was somebody else's before.
    SELECT coalesce(array_agg(DISTINCT i.person), '{}') INTO holders
      FROM unnest(kinds, ids, formers) AS k (kind, value, former)
     CROSS JOIN LATERAL public.known_identity(of_tenant, of_portfolio, k.kind, k.value) AS i
     WHERE k.kind = 'phone' AND i.at <= told_at AND NOT i.former
       AND (k.former OR NOT changes_number)
       AND (k.former AND known = '{}'
            OR (SELECT count(*) FROM public.identity o
                 WHERE o.person = i.person AND o.tenant_id = of_tenant AND o.kind = ANY (lasting)) = 0);
    -- Who is known by a number alone has a name until there is a better one.
    SELECT array_agg(md5(concat_ws(' ', of_tenant, of_portfolio, k.kind, k.value))::uuid) INTO names
      FROM unnest(kinds, ids) AS k (kind, value)
     WHERE k.kind = ANY (lasting);
    IF known = '{}' AND holders = '{}' AND names IS NULL THEN
        SELECT array_agg(md5(concat_ws(' ', of_tenant, of_portfolio, k.kind, k.value))::uuid) INTO names
          FROM unnest(kinds, ids, formers) AS k (kind, value, former)
         WHERE k.kind = 'phone' AND NOT k.former;
    END IF;
    SELECT p INTO own FROM unnest(known || holders || names) AS p ORDER BY p LIMIT 1;

    SELECT coalesce(array_agg(k.value) FILTER (WHERE i.person <> ALL (known || holders || own)), '{}'),
           known || holders <> ARRAY[own] OR bool_or(i.person IS NULL)
           OR bool_or(i.person <> own AND i.at <= told_at)
      INTO moved, is_news
      FROM unnest(kinds, ids) AS k (kind, value)
      LEFT JOIN LATERAL public.known_identity(of_tenant, of_portfolio, k.kind, k.value) AS i ON true;
    FOREACH joined IN ARRAY known || holders LOOP
        UPDATE public.identity SET person = own WHERE person = joined AND person <> own AND tenant_id = of_tenant;
    END LOOP;
    INSERT INTO public.identity AS i (tenant_id, portfolio_id, kind, value, person, former, at)
    SELECT of_tenant, of_portfolio, k.kind, k.value, own, k.former, told_at
      FROM unnest(kinds, ids, formers) AS k (kind, value, former)
    ON CONFLICT (value, tenant_id, kind, portfolio_id) DO UPDATE
       SET person = excluded.person, former = excluded.former, at = excluded.at
     WHERE i.at <= excluded.at;
    IF is_news THEN
        PERFORM public.share_opt_outs(of_tenant, own, moved);
    END IF;
END
$$;

-- Notes what webhooks told of people, and gives how many of the reports said something new. One element of the lists is one id
-- of the report with that number; a report has at least two. Where nothing is new this is one look-up, which locks nothing.
-- `also_locked` are tenants whose opt-outs the same transaction writes afterwards.
CREATE FUNCTION note_identities(also_locked uuid[], reports integer[], tenants uuid[], senders text[], kinds text[], ids text[],
                                formers boolean[], told_at bigint[])
RETURNS integer LANGUAGE plpgsql
AS $$
DECLARE
    news integer[];
    locked uuid[];
    report record;
BEGIN
    SELECT coalesce(array_agg(fresh.n), '{}'), also_locked || array_agg(fresh.tenant_id) INTO news, locked
      FROM (SELECT k.n, k.tenant_id
              FROM (SELECT * FROM unnest(reports, tenants, senders, kinds, ids, formers, told_at) LIMIT cardinality(reports))
                   AS k (n, tenant_id, sender_id, kind, value, former, at)
              JOIN public.sender s ON s.tenant_id = k.tenant_id AND s.sender_id = k.sender_id
              LEFT JOIN LATERAL public.known_identity(k.tenant_id, coalesce(s.portfolio_id, s.waba_id), k.kind, k.value) AS i
                     ON true
             GROUP BY k.n, k.tenant_id
            HAVING bool_or(i.person IS NULL)
                OR bool_or(i.former <> k.former AND i.at <= public.at_ms(k.at))
                OR bool_or(i.at + interval '1 day' <= public.at_ms(k.at))
                OR count(DISTINCT i.person)
                   FILTER (WHERE k.kind IN ('user_id', 'parent_user_id') OR i.at <= public.at_ms(k.at)) > 1) AS fresh;
    IF cardinality(locked) > 0 THEN
        PERFORM public.lock_people(locked);
    END IF;
    FOR report IN
        SELECT k.tenant_id, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, array_agg(k.kind) AS kinds,
               array_agg(k.value) AS ids, array_agg(k.former) AS formers, public.at_ms(min(k.at)) AS at
          FROM (SELECT * FROM unnest(reports, tenants, senders, kinds, ids, formers, told_at) LIMIT cardinality(reports))
               AS k (n, tenant_id, sender_id, kind, value, former, at)
          JOIN public.sender s ON s.tenant_id = k.tenant_id AND s.sender_id = k.sender_id
         WHERE k.n = ANY (news)
         GROUP BY k.n, k.tenant_id, s.portfolio_id, s.waba_id
         ORDER BY min(k.at), k.n
    LOOP
        PERFORM public.note_identity(report.tenant_id, report.portfolio_id, report.kinds, report.ids, report.formers, report.at);
    END LOOP;
    RETURN cardinality(news);
END
$$;

-- What the tenant says concerns all messages, and all ids of the person; said again, it changes nothing. A number that the person
-- has given up may be somebody else's by now. Gives how many rows there are that said something else, or nothing.
CREATE FUNCTION opt_out_person(of_tenant uuid, of_contact text, why text) RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM public.lock_people(ARRAY[of_tenant]);
    INSERT INTO public.opt_out (tenant_id, contact, reason, at)
    SELECT of_tenant, c.contact, why, clock_timestamp()
      FROM (SELECT of_contact AS contact
             UNION SELECT p.contact FROM public.same_person(of_tenant, of_contact) AS p WHERE NOT p.given_up) AS c
    ON CONFLICT (tenant_id, contact) DO UPDATE
       SET reason = excluded.reason, at = excluded.at, scope = 'all', source = 'api', withdrawn = false
     WHERE opt_out.source <> 'api' OR opt_out.withdrawn;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

-- The person may be sent to again, by all their ids. The rows stay: whoever has learned of them must learn that too. Gives how
-- many there were.
CREATE FUNCTION withdraw_opt_out(of_tenant uuid, of_contact text) RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM public.lock_people(ARRAY[of_tenant]);
    UPDATE public.opt_out
       SET withdrawn = true, at = clock_timestamp()
     WHERE tenant_id = of_tenant AND NOT withdrawn
       AND contact IN (SELECT of_contact UNION SELECT p.contact FROM public.same_person(of_tenant, of_contact) AS p);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;
