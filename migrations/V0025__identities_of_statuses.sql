-- Statuses and answers tell ids of people as well: a thousand in a second, where a campaign reaches people for the first time. So
-- what joins nothing that was known is noted in bulk, and beside others that do the same.

ALTER TABLE identity ADD COLUMN spelled text;
COMMENT ON COLUMN identity.spelled IS 'Of a number that a business has written otherwise than Meta does: that number as Meta writes it. Both are always the same person''s.';
COMMENT ON COLUMN identity.at IS 'Meta''s time of the newest report that was noted; told again, it is noted once a day. Older ones do not move a number. 1970 is a number of which Meta has told no more than how it is written.';
CREATE INDEX identity_spelled ON identity (spelled) WHERE spelled IS NOT NULL;

-- Whoever adds people of whom nothing was known, or notes again what is known, holds the row of the tenant together with others
-- who do so, and apart from whoever joins people or writes opt-outs: these find either all ids of a person, or none of the new ones
-- and are found by them.
CREATE FUNCTION share_people(of_tenants uuid[]) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO public.people_lock (tenant_id)
    SELECT DISTINCT t FROM unnest(of_tenants) AS t ORDER BY t
    ON CONFLICT DO NOTHING;
    PERFORM FROM public.people_lock l WHERE l.tenant_id = ANY (of_tenants) ORDER BY l.tenant_id FOR SHARE;
END
$$;

-- The name of a person who is known by this id first.
CREATE FUNCTION person_named(of_tenant uuid, of_portfolio text, of_kind text, of_value text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT md5(concat_ws(' ', of_tenant, of_portfolio, of_kind, of_value))::uuid
$$;

-- As in V0024; what a number is written like by businesses goes where the number goes.
CREATE OR REPLACE FUNCTION note_identity(of_tenant uuid, of_portfolio text, kinds text[], ids text[], formers boolean[], told_at timestamptz)
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
    given_up text[] := '{}';
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
    SELECT array_agg(public.person_named(of_tenant, of_portfolio, k.kind, k.value)) INTO names
      FROM unnest(kinds, ids) AS k (kind, value)
     WHERE k.kind = ANY (lasting);
    IF known = '{}' AND holders = '{}' AND names IS NULL THEN
        SELECT array_agg(public.person_named(of_tenant, of_portfolio, k.kind, k.value)) INTO names
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
    FOREACH joined IN ARRAY known || holders || own LOOP
        -- One person at a time: of several the planner would read all people while the table is small, and never analysed.
        given_up := given_up || ARRAY (SELECT i.value FROM public.identity i
                                        WHERE i.person = joined AND i.tenant_id = of_tenant AND i.kind = 'phone' AND i.former);
        UPDATE public.identity SET person = own WHERE person = joined AND person <> own AND tenant_id = of_tenant;
    END LOOP;
    INSERT INTO public.identity AS i (tenant_id, portfolio_id, kind, value, person, former, at)
    SELECT of_tenant, of_portfolio, k.kind, k.value, own, k.former, told_at
      FROM unnest(kinds, ids, formers) AS k (kind, value, former)
    ON CONFLICT (value, tenant_id, kind, portfolio_id) DO UPDATE
       SET person = excluded.person, former = excluded.former, at = excluded.at, spelled = NULL
     WHERE i.at <= excluded.at;
    WITH number AS (
        SELECT i.*
          FROM unnest(kinds, ids) AS k (kind, value)
         CROSS JOIN LATERAL public.known_identity(of_tenant, of_portfolio, k.kind, k.value) AS i
         WHERE k.kind = 'phone'
    ), taken_along AS (
        UPDATE public.identity s
           SET person = n.person, former = n.former
          FROM number n
         WHERE s.spelled = n.value AND s.tenant_id = of_tenant AND s.portfolio_id = of_portfolio
           AND (s.person, s.former) IS DISTINCT FROM (n.person, n.former)
        RETURNING s.value, s.spelled
    )
    SELECT moved || coalesce(array_agg(t.value), '{}') INTO moved FROM taken_along t WHERE t.spelled = ANY (moved);
    IF is_news THEN
        PERFORM public.share_opt_outs(of_tenant, own, moved || given_up);
    END IF;
END
$$;

-- Meta writes a number that a business has written as `spelling` so: `number`. That says nothing of who has it, and whoever it is has
-- both. As long as nobody is known to have it, it is a person's of whom nothing else is known.
CREATE FUNCTION note_spelling(of_tenant uuid, of_portfolio text, spelling text, number text, told_at timestamptz)
RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    own public.identity;
    before uuid;
BEGIN
    -- Whoever tells whose number it is tells something newer.
    INSERT INTO public.identity (tenant_id, portfolio_id, kind, value, person, at)
    VALUES (of_tenant, of_portfolio, 'phone', number, public.person_named(of_tenant, of_portfolio, 'phone', number), to_timestamp(0))
    ON CONFLICT DO NOTHING;
    SELECT * INTO own FROM public.known_identity(of_tenant, of_portfolio, 'phone', number);
    SELECT i.person INTO before FROM public.known_identity(of_tenant, of_portfolio, 'phone', spelling) AS i;
    INSERT INTO public.identity AS i (tenant_id, portfolio_id, kind, value, person, former, at, spelled)
    VALUES (of_tenant, of_portfolio, 'phone', spelling, own.person, own.former, told_at, number)
    ON CONFLICT (value, tenant_id, kind, portfolio_id) DO UPDATE
       SET person = excluded.person, former = excluded.former, at = excluded.at, spelled = excluded.spelled
     WHERE i.at <= excluded.at;
    PERFORM public.share_opt_outs(of_tenant, own.person, CASE WHEN before <> own.person THEN ARRAY[spelling] ELSE '{}' END);
END
$$;

-- The ids of reports, each with the portfolio in which it means a person.
CREATE FUNCTION told_ids(reports integer[], tenants uuid[], senders text[], kinds text[], ids text[], formers boolean[], told_at bigint[])
RETURNS TABLE (n integer, tenant_id uuid, portfolio_id text, kind text, value text, former boolean, at timestamptz)
LANGUAGE sql STABLE
AS $$
    SELECT k.n, k.tenant_id, coalesce(s.portfolio_id, s.waba_id), k.kind, k.value, k.former, public.at_ms(k.at)
      FROM (SELECT * FROM unnest(reports, tenants, senders, kinds, ids, formers, told_at) LIMIT cardinality(reports))
           AS k (n, tenant_id, sender_id, kind, value, former, at)
      JOIN public.sender s ON s.tenant_id = k.tenant_id AND s.sender_id = k.sender_id
$$;

-- Adds the people of reports of whom no id was known, and notes again what is known, and gives the reports of which that is not so any
-- more: somebody else has told of these ids meanwhile. In one order of rows, for others do the same at the same time.
CREATE FUNCTION note_plain(plain integer[], reports integer[], tenants uuid[], senders text[], kinds text[], ids text[],
                           formers boolean[], told_at bigint[])
RETURNS integer[] LANGUAGE plpgsql
AS $$
DECLARE
    left_over integer[];
BEGIN
    INSERT INTO public.identity AS i (tenant_id, portfolio_id, kind, value, person, former, at)
    SELECT t.tenant_id, t.portfolio_id, t.kind, t.value, coalesce(t.known, t.name), t.former, t.at
      FROM (SELECT t.*, first_value(i.person) OVER (PARTITION BY t.n ORDER BY i.person NULLS LAST) AS known,
                   first_value(p.name) OVER (PARTITION BY t.n ORDER BY t.kind = 'username', t.kind = 'phone', p.name) AS name
              FROM public.told_ids(reports, tenants, senders, kinds, ids, formers, told_at) AS t
              LEFT JOIN LATERAL public.known_identity(t.tenant_id, t.portfolio_id, t.kind, t.value) AS i ON true
             CROSS JOIN LATERAL (SELECT public.person_named(t.tenant_id, t.portfolio_id, t.kind, t.value)) AS p (name)
             WHERE t.n = ANY (plain)) AS t
     ORDER BY t.value, t.tenant_id, t.kind, t.portfolio_id
    ON CONFLICT (value, tenant_id, kind, portfolio_id) DO UPDATE
       SET at = excluded.at
     WHERE i.person = excluded.person AND i.former = excluded.former AND i.at <= excluded.at;
    SELECT coalesce(array_agg(odd.n), '{}') INTO left_over
      FROM (SELECT t.n
              FROM public.told_ids(reports, tenants, senders, kinds, ids, formers, told_at) AS t
              LEFT JOIN LATERAL public.known_identity(t.tenant_id, t.portfolio_id, t.kind, t.value) AS i ON true
             WHERE t.n = ANY (plain)
             GROUP BY t.n
            HAVING count(i.person) < count(*) OR count(DISTINCT i.person) > 1 OR bool_or(i.former <> t.former)) AS odd;
    RETURN left_over;
END
$$;

-- Notes what webhooks and answers told of people, and gives how many of the reports said something new. One element of the first
-- lists is one id of the report with that number; a report has at least two. One element of the last ones is a number as a business has
-- written it, and as Meta does. Where nothing is new this is one look-up of each, which locks nothing. `also_locked` are tenants whose
-- opt-outs the same transaction writes afterwards.
CREATE FUNCTION note_people(also_locked uuid[], reports integer[], tenants uuid[], senders text[], kinds text[], ids text[],
                            formers boolean[], told_at bigint[], spelling_tenants uuid[], spelling_senders text[], spellings text[],
                            numbers text[], spelled_at bigint[])
RETURNS integer LANGUAGE plpgsql
AS $$
DECLARE
    news integer[];
    strangers integer[];
    plain integer[];
    odd integer[];
    respelled bigint[] := '{}';
    locked uuid[];
    shared uuid[];
    report record;
BEGIN
    SELECT coalesce(array_agg(f.n), '{}'), coalesce(array_agg(f.n) FILTER (WHERE f.is_stranger), '{}'),
           coalesce(array_agg(f.n) FILTER (WHERE f.is_plain), '{}'),
           also_locked || coalesce(array_agg(f.tenant_id) FILTER (WHERE NOT f.is_plain), '{}'), array_agg(f.tenant_id)
      INTO news, strangers, plain, locked, shared
      FROM (SELECT k.n, k.tenant_id, count(i.person) = 0 AS is_stranger,
                   max(k.twins) = 1
                   AND (count(i.person) = 0 AND NOT bool_or(k.former)
                        OR count(i.person) = count(*) AND count(DISTINCT i.person) = 1 AND NOT bool_or(i.former <> k.former))
                   AS is_plain
              FROM (SELECT t.*, count(*) OVER (PARTITION BY t.value, t.tenant_id, t.kind, t.portfolio_id) AS twins
                      FROM public.told_ids(reports, tenants, senders, kinds, ids, formers, told_at) AS t) AS k
              LEFT JOIN LATERAL public.known_identity(k.tenant_id, k.portfolio_id, k.kind, k.value) AS i ON true
             GROUP BY k.n, k.tenant_id
            HAVING bool_or(i.person IS NULL)
                OR bool_or(i.former <> k.former AND i.at <= k.at)
                OR bool_or(i.at + interval '1 day' <= k.at)
                OR count(DISTINCT i.person)
                   FILTER (WHERE k.kind IN ('user_id', 'parent_user_id') OR i.at <= k.at) > 1) AS f;
    IF cardinality(spellings) > 0 THEN
        SELECT coalesce(array_agg(k.n), '{}'), locked || coalesce(array_agg(k.tenant_id), '{}') INTO respelled, locked
          FROM (SELECT * FROM unnest(spelling_tenants, spelling_senders, spellings, numbers, spelled_at) WITH ORDINALITY
                 LIMIT cardinality(spellings)) AS k (tenant_id, sender_id, spelling, number, at, n)
          JOIN public.sender s ON s.tenant_id = k.tenant_id AND s.sender_id = k.sender_id
          LEFT JOIN LATERAL public.known_identity(k.tenant_id, coalesce(s.portfolio_id, s.waba_id), 'phone', k.spelling) AS i ON true
         WHERE i.spelled IS DISTINCT FROM k.number AND (i.person IS NULL OR i.at <= public.at_ms(k.at));
    END IF;
    IF cardinality(locked) > 0 THEN
        PERFORM public.lock_people(locked || shared);
    ELSIF cardinality(shared) > 0 THEN
        PERFORM public.share_people(shared);
    END IF;

    IF cardinality(plain) > 0 THEN
        odd := public.note_plain(plain, reports, tenants, senders, kinds, ids, formers, told_at);
        IF cardinality(odd) > 0 THEN
            plain := ARRAY(SELECT p FROM unnest(plain) AS p WHERE p <> ALL (odd));
            PERFORM public.lock_people(locked || shared);
        END IF;
        FOR report IN
            SELECT DISTINCT t.tenant_id, i.person
              FROM public.told_ids(reports, tenants, senders, kinds, ids, formers, told_at) AS t
             CROSS JOIN LATERAL public.known_identity(t.tenant_id, t.portfolio_id, t.kind, t.value) AS i
             WHERE t.n = ANY (plain) AND t.n = ANY (strangers) AND t.kind <> 'username'
               AND (SELECT count(*) FROM public.opt_out o WHERE o.tenant_id = t.tenant_id AND o.contact = t.value) > 0
             ORDER BY 1, 2
        LOOP
            PERFORM public.share_opt_outs(report.tenant_id, report.person, '{}');
        END LOOP;
    END IF;
    FOR report IN
        SELECT t.tenant_id, t.portfolio_id, array_agg(t.kind) AS kinds, array_agg(t.value) AS ids, array_agg(t.former) AS formers,
               min(t.at) AS at
          FROM public.told_ids(reports, tenants, senders, kinds, ids, formers, told_at) AS t
         WHERE t.n = ANY (news) AND t.n <> ALL (plain)
         GROUP BY t.n, t.tenant_id, t.portfolio_id
         ORDER BY min(t.at), t.n
    LOOP
        PERFORM public.note_identity(report.tenant_id, report.portfolio_id, report.kinds, report.ids, report.formers, report.at);
    END LOOP;
    FOR report IN
        SELECT k.tenant_id, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, k.spelling, k.number, public.at_ms(k.at) AS at
          FROM unnest(spelling_tenants, spelling_senders, spellings, numbers, spelled_at) WITH ORDINALITY
               AS k (tenant_id, sender_id, spelling, number, at, n)
          JOIN public.sender s ON s.tenant_id = k.tenant_id AND s.sender_id = k.sender_id
         WHERE k.n = ANY (respelled)
         ORDER BY k.at, k.n
    LOOP
        PERFORM public.note_spelling(report.tenant_id, report.portfolio_id, report.spelling, report.number, report.at);
    END LOOP;
    RETURN cardinality(news) + cardinality(respelled);
END
$$;

-- As workers of a version before this one call it.
CREATE OR REPLACE FUNCTION note_identities(also_locked uuid[], reports integer[], tenants uuid[], senders text[], kinds text[],
                                           ids text[], formers boolean[], told_at bigint[])
RETURNS integer LANGUAGE sql
AS $$
    SELECT public.note_people(also_locked, reports, tenants, senders, kinds, ids, formers, told_at, '{}', '{}', '{}', '{}', '{}')
$$;
