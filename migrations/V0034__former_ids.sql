-- A report of a change that names the former user id says by that who changed, though nobody has told of that id before: the number
-- that it gives up may by then be known as somebody else's, who was joined with this person until now. Otherwise as in V0025.
CREATE OR REPLACE FUNCTION note_identity(of_tenant uuid, of_portfolio text, kinds text[], ids text[], formers boolean[], told_at timestamptz)
RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    lasting CONSTANT text[] := '{user_id,parent_user_id}';
    changes_number boolean;
    names_former boolean;
    known uuid[];
    holders uuid[];
    names uuid[];
    own uuid;
    joined uuid;
    moved text[];
    given_up text[] := '{}';
    is_news boolean;
BEGIN
    SELECT coalesce(bool_or(k.former AND k.kind = 'phone'), false), coalesce(bool_or(k.former AND k.kind = ANY (lasting)), false)
      INTO changes_number, names_former
      FROM unnest(kinds, formers) AS k (kind, former);
    SELECT coalesce(array_agg(DISTINCT i.person), '{}') INTO known
      FROM unnest(kinds, ids) AS k (kind, value)
     CROSS JOIN LATERAL public.known_identity(of_tenant, of_portfolio, k.kind, k.value) AS i
     WHERE k.kind = ANY (lasting);
    -- A number says who it is if its person has no lasting id yet; that which somebody has given up says so of a person who is
    -- neither known otherwise nor named by a former id. The one that they have now was somebody else's before.
    SELECT coalesce(array_agg(DISTINCT i.person), '{}') INTO holders
      FROM unnest(kinds, ids, formers) AS k (kind, value, former)
     CROSS JOIN LATERAL public.known_identity(of_tenant, of_portfolio, k.kind, k.value) AS i
     WHERE k.kind = 'phone' AND i.at <= told_at AND NOT i.former
       AND (k.former OR NOT changes_number)
       AND (k.former AND known = '{}' AND NOT names_former
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
