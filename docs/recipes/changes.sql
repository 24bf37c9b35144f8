-- Typed changes of the feeds for DuckDB: no type is guessed. Set the folder, then read this file:
--     SET VARIABLE feeds = 'var/feeds';
--     .read docs/recipes/changes.sql

-- What the manifest says: whose feeds these are, and up to where they are published.
CREATE OR REPLACE VIEW manifest AS
SELECT feed_id, last_seq
FROM read_json(getvariable('feeds') || '/datapackage.json',
               columns = {feed_id: 'VARCHAR', last_seq: 'BIGINT'});

-- Every published change, once, in no order: ORDER BY seq.
CREATE OR REPLACE VIEW changes AS
SELECT *
FROM read_json(getvariable('feeds') || '/changes/*/*.jsonl*', format = 'newline_delimited', columns = {
    seq: 'BIGINT',
    event: 'VARCHAR',
    reason: 'VARCHAR',
    changed: 'VARCHAR[]',
    change_ratio: 'DOUBLE',
    diff: 'VARCHAR',
    before: 'STRUCT("id" VARCHAR, "url" VARCHAR, "canonical_url" VARCHAR, "post_id" BIGINT, "headline" VARCHAR, "standfirst" VARCHAR, "byline_raw" VARCHAR, "authors" STRUCT("name" VARCHAR, "url" VARCHAR)[], "published_raw" VARCHAR, "published_at" TIMESTAMPTZ, "published_precision" VARCHAR, "modified_raw" VARCHAR, "modified_at" TIMESTAMPTZ, "categories" STRUCT("slug" VARCHAR, "title" VARCHAR)[], "sections" VARCHAR[], "tags" VARCHAR[], "crossheads" VARCHAR[], "site_notice" VARCHAR, "is_protected" BOOLEAN, "is_empty" BOOLEAN, "dateline_raw" VARCHAR, "dateline_place" VARCHAR, "dateline_country" VARCHAR, "agency" VARCHAR, "sources" VARCHAR[], "agency_notice" VARCHAR, "is_syndicated" BOOLEAN, "same_text_as" VARCHAR, "language" VARCHAR, "countries" STRUCT("code" VARCHAR, "where" VARCHAR, "reason" VARCHAR, "printed" VARCHAR)[], "ecowas_members" VARCHAR[], "aes_members" VARCHAR[], "organisations" STRUCT("code" VARCHAR, "where" VARCHAR, "reason" VARCHAR, "printed" VARCHAR)[], "image_url" VARCHAR, "image_caption" VARCHAR, "image_credit" VARCHAR, "images" STRUCT("url" VARCHAR, "caption" VARCHAR, "credit" VARCHAR, "alt" VARCHAR)[], "embeds" STRUCT("kind" VARCHAR, "url" VARCHAR)[])',
    id: 'VARCHAR',
    url: 'VARCHAR',
    canonical_url: 'VARCHAR',
    post_id: 'BIGINT',
    headline: 'VARCHAR',
    standfirst: 'VARCHAR',
    byline_raw: 'VARCHAR',
    authors: 'STRUCT("name" VARCHAR, "url" VARCHAR)[]',
    published_raw: 'VARCHAR',
    published_at: 'TIMESTAMPTZ',
    published_precision: 'VARCHAR',
    modified_raw: 'VARCHAR',
    modified_at: 'TIMESTAMPTZ',
    categories: 'STRUCT("slug" VARCHAR, "title" VARCHAR)[]',
    sections: 'VARCHAR[]',
    tags: 'VARCHAR[]',
    body: 'VARCHAR',
    crossheads: 'VARCHAR[]',
    word_count: 'BIGINT',
    site_notice: 'VARCHAR',
    is_protected: 'BOOLEAN',
    is_empty: 'BOOLEAN',
    dateline_raw: 'VARCHAR',
    dateline_place: 'VARCHAR',
    dateline_country: 'VARCHAR',
    agency: 'VARCHAR',
    sources: 'VARCHAR[]',
    agency_notice: 'VARCHAR',
    is_syndicated: 'BOOLEAN',
    same_text_as: 'VARCHAR',
    language: 'VARCHAR',
    countries: 'STRUCT("code" VARCHAR, "where" VARCHAR, "reason" VARCHAR, "printed" VARCHAR)[]',
    ecowas_members: 'VARCHAR[]',
    aes_members: 'VARCHAR[]',
    organisations: 'STRUCT("code" VARCHAR, "where" VARCHAR, "reason" VARCHAR, "printed" VARCHAR)[]',
    image_url: 'VARCHAR',
    image_caption: 'VARCHAR',
    image_credit: 'VARCHAR',
    images: 'STRUCT("url" VARCHAR, "caption" VARCHAR, "credit" VARCHAR, "alt" VARCHAR)[]',
    embeds: 'STRUCT("kind" VARCHAR, "url" VARCHAR)[]',
    share_count: 'BIGINT',
    view_count: 'BIGINT',
    comment_count: 'BIGINT',
    found_in: 'VARCHAR',
    layout: 'VARCHAR',
    read_from: 'STRUCT("headline" VARCHAR, "standfirst" VARCHAR, "byline_raw" VARCHAR, "authors" VARCHAR, "published_at" VARCHAR, "modified_at" VARCHAR, "categories" VARCHAR, "tags" VARCHAR, "body" VARCHAR, "sources" VARCHAR, "language" VARCHAR, "image_url" VARCHAR, "image_caption" VARCHAR, "image_credit" VARCHAR, "share_count" VARCHAR, "view_count" VARCHAR, "comment_count" VARCHAR)',
    reader: 'BIGINT',
    fetched_at: 'TIMESTAMPTZ',
    first_seen_at: 'TIMESTAMPTZ',
    revised_at: 'TIMESTAMPTZ',
    revision: 'BIGINT',
    digest: 'VARCHAR',
    withdrawn_at: 'TIMESTAMPTZ'
})
WHERE seq <= (SELECT last_seq FROM manifest)
QUALIFY row_number() OVER (PARTITION BY seq) = 1;
