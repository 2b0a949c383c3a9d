namespace Vectorized.Engine.Catalog;

/// <summary>
/// The relations of rw_catalog that RisingWave's users query, with its column names. Written like
/// <see cref="PgCatalogTables"/>.
/// </summary>
internal static class RwCatalogTables
{
    public const string Text = """
        late_rows 14318
            relation_id:int4! schema_name:text! relation_name:text! column_name:text! watermark:text accepted:int8! late:int8!
        rw_checkpoint 14323
            tick:int8! durable_at_micros:int8! completed:int8! failed:int8! last_ms:int8! last_bytes:int8! bytes:int8! last_failure:text
        rw_checkpoint_runs 14324
            structure:text! schema:text! runs:int4! bytes:int8!
        rw_columns 14301
            relation_id:int4! name:text! position:int4! is_hidden:bool! is_primary_key:bool! is_distribution_key:bool!
            is_generated:bool! is_nullable:bool! generation_expression:text data_type:text! type_oid:int4! type_len:int2!
            udt_type:text!
        rw_connections 14302
            id:int4! name:text! schema_id:int4! owner:int4! type:text! provider:text! acl:_text connection_params:text
        rw_databases 14303
            id:int4! name:text! owner:int4! acl:_text resource_group:text
        rw_ddl_progress 14304
            ddl_id:int8! ddl_statement:text! create_type:text progress:text initialized_at:timestamptz
        rw_functions 14305
            id:int4! name:text! schema_id:int4! owner:int4! type:text! arg_type_ids:_int4 return_type_id:int4!
            language:text! link:text acl:_text always_retry_on_network_error:bool
        rw_indexes 14306
            id:int4! name:text! primary_table_id:int4! key_columns:_int2 include_columns:_int2 schema_id:int4! owner:int4!
            definition:text! acl:_text initialized_at:timestamptz created_at:timestamptz
        rw_log 14325
            last_record:int8! covered_record:int8! records_to_replay:int8! appended_bytes:int8!
        rw_materialized_views 14307
            id:int4! name:text! schema_id:int4! owner:int4! definition:text! append_only:bool! acl:_text
            initialized_at:timestamptz created_at:timestamptz background_ddl:bool
        rw_memory 14320
            limit_bytes:int8 resident_bytes:int8! held_bytes:int8! cached_bytes:int8! sources_throttled:bool! state:text!
        rw_operator_memory 14321
            relation_id:int4! relation_name:text! position:int4! operator:text! form:text! rows:int8! bytes:int8!
        rw_relations 14308
            id:int4! name:text! relation_type:text! schema_id:int4! owner:int4! definition:text! acl:_text
            initialized_at:timestamptz created_at:timestamptz
        rw_schemas 14309
            id:int4! name:text! owner:int4! acl:_text
        rw_secrets 14310
            id:int4! name:text! owner:int4! acl:_text
        rw_sinks 14311
            id:int4! name:text! schema_id:int4! owner:int4! connector:text! sink_type:text! connection_id:int4
            definition:text! acl:_text initialized_at:timestamptz created_at:timestamptz
        rw_source_progress 14331
            id:int4! schema_name:text! name:text! rows_read:int8! rejected:int8! lag:int8 state:text! problem:text
        rw_sources 14312
            id:int4! name:text! schema_id:int4! owner:int4! connector:text! columns:_text format:text row_encode:text
            append_only:bool! associated_table_id:int4 connection_id:int4 definition:text! acl:_text
            initialized_at:timestamptz created_at:timestamptz is_shared:bool
        rw_subscriptions 14313
            id:int4! name:text! schema_id:int4! owner:int4! definition:text! acl:_text initialized_at:timestamptz
            created_at:timestamptz
        rw_suspended 14322
            id:int4! schema_name:text! name:text! kind:text! cause_id:int4! reason:text! has_rows:bool!
        rw_system_tables 14314
            id:int4! name:text! schema_id:int4! owner:int4! definition:text acl:_text
        rw_tables 14315
            id:int4! name:text! schema_id:int4! owner:int4! definition:text! append_only:bool! acl:_text
            initialized_at:timestamptz created_at:timestamptz
        rw_users 14316
            id:int4! name:text! is_super:bool! create_db:bool! create_user:bool! can_login:bool! is_admin:bool!
        rw_views 14317
            id:int4! name:text! schema_id:int4! owner:int4! definition:text! sql:text! acl:_text
        rw_view_errors 14318
            id:int4! name:text! errors:int8! last_error:text
        rw_view_freshness 14330
            id:int4! schema_name:text! name:text! epoch:int8 age_ms:int8 rows:int8! bytes:int8! errors:int8! cause:text! detail:text
        """;
}
