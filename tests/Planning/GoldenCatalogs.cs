namespace Vectorized.Tests.Planning;

/// <summary>The tables the golden files speak of.</summary>
internal static class GoldenCatalogs
{
    public static PlanFixture Named(string file) => file.Split('-')[0] switch
    {
        "nexmark" => Nexmark(),
        "tpch" => Tpch(),
        "events" => new PlanFixture()
            .Table("a", "ts timestamp, k int, v int", appendOnly: true, watermark: "ts")
            .Table("b", "at timestamptz, k int, v int", appendOnly: true, watermark: "at")
            .Table("n", "v bigint, k int", appendOnly: true, watermark: "v"),
        _ => Shop(),
    };

    public static PlanFixture Shop() => new PlanFixture()
        .Table("orders", "id bigint, customer bigint not null, amount numeric(10,2), day date", "id")
        .Table("customers", "id bigint, name varchar, city varchar", "id")
        .Table("items", "order_id bigint, line int, sku varchar not null, quantity int", "order_id, line")
        .Table("notes", "customer bigint, body varchar, at timestamp")
        .Table("clicks", "customer bigint, url varchar, at timestamp", appendOnly: true)
        .Table("prices", "sku varchar, net numeric(10,2), note varchar default 'new', gross numeric(12,2) as net * 1.19, checked boolean default 1 = 2", "sku");

    /// <summary>What the captured statements name.</summary>
    public static PlanFixture Captured() => new PlanFixture()
        .Table("bt_items", "id int not null, name varchar not null, qty int", "id")
        .Table("bt_types", "id int, num numeric, tz timestamptz", "id")
        .Table("bt_view", "id int, name varchar")
        .Table("bt_mv", "id int, name varchar");

    public static PlanFixture Nexmark() => new PlanFixture()
        .Table(
            "person", "id bigint, name varchar, email_address varchar, credit_card varchar, city varchar, state varchar, date_time timestamp, extra varchar",
            appendOnly: true)
        .Table(
            "auction",
            "id bigint, item_name varchar, description varchar, initial_bid bigint, reserve bigint, date_time timestamp, expires timestamp, seller bigint, category bigint, extra varchar",
            appendOnly: true)
        .Table(
            "bid", "auction bigint, bidder bigint, price bigint, channel varchar, url varchar, date_time timestamp, extra varchar",
            appendOnly: true);

    public static PlanFixture Tpch() => new PlanFixture()
        .Table("region", "r_regionkey int, r_name varchar, r_comment varchar", "r_regionkey")
        .Table("nation", "n_nationkey int, n_name varchar, n_regionkey int, n_comment varchar", "n_nationkey")
        .Table(
            "supplier", "s_suppkey int, s_name varchar, s_address varchar, s_nationkey int, s_phone varchar, s_acctbal numeric(15,2), s_comment varchar",
            "s_suppkey")
        .Table(
            "part",
            "p_partkey int, p_name varchar, p_mfgr varchar, p_brand varchar, p_type varchar, p_size int, p_container varchar, p_retailprice numeric(15,2), p_comment varchar",
            "p_partkey")
        .Table(
            "partsupp", "ps_partkey int, ps_suppkey int, ps_availqty int, ps_supplycost numeric(15,2), ps_comment varchar", "ps_partkey, ps_suppkey")
        .Table(
            "customer",
            "c_custkey int, c_name varchar, c_address varchar, c_nationkey int, c_phone varchar, c_acctbal numeric(15,2), c_mktsegment varchar, c_comment varchar",
            "c_custkey")
        .Table(
            "orders",
            "o_orderkey bigint, o_custkey int, o_orderstatus varchar, o_totalprice numeric(15,2), o_orderdate date, o_orderpriority varchar, o_clerk varchar, o_shippriority int, o_comment varchar",
            "o_orderkey")
        .Table(
            "lineitem",
            "l_orderkey bigint, l_partkey int, l_suppkey int, l_linenumber int, l_quantity numeric(15,2), l_extendedprice numeric(15,2), l_discount numeric(15,2), l_tax numeric(15,2), l_returnflag varchar, l_linestatus varchar, l_shipdate date, l_commitdate date, l_receiptdate date, l_shipinstruct varchar, l_shipmode varchar, l_comment varchar",
            "l_orderkey, l_linenumber")
        .Rows("region", 5).Rows("nation", 25).Rows("supplier", 10_000).Rows("part", 200_000).Rows("partsupp", 800_000)
        .Rows("customer", 150_000).Rows("orders", 1_500_000).Rows("lineitem", 6_000_000);
}
