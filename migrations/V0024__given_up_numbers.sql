-- A number that its person has given up speaks for nobody but itself, and nobody speaks for it: its new owner may have said no under
-- it. So what is taken back under another id of the person leaves it as it is, and it is not asked again when ids are joined later.

-- The person may be sent to again, by all their ids but the numbers that they have given up. The rows stay: whoever has learned of
-- them must learn that too. Gives how many there were.
CREATE OR REPLACE FUNCTION withdraw_opt_out(of_tenant uuid, of_contact text) RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM public.lock_people(ARRAY[of_tenant]);
    UPDATE public.opt_out
       SET withdrawn = true, at = clock_timestamp()
     WHERE tenant_id = of_tenant AND NOT withdrawn
       AND contact IN (SELECT of_contact
                        UNION SELECT p.contact FROM public.same_person(of_tenant, of_contact) AS p WHERE NOT p.given_up);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

-- Notes one report: ids of one person. Ids of users last, so whoever has one of them is that person, whenever it was told, and
-- two of them in one report make two people one. Numbers and usernames are used again: each belongs to whom it was told of
-- last. The name of a person is the least of the names that their lasting ids give, which no order of reports changes. A number speaks
-- for its person for the last time in the report that gives it up: what is said under it afterwards, or left standing there when it
-- is taken back elsewhere, is not theirs.
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
       SET person = excluded.person, former = excluded.former, at = excluded.at
     WHERE i.at <= excluded.at;
    IF is_news THEN
        PERFORM public.share_opt_outs(of_tenant, own, moved || given_up);
    END IF;
END
$$;
