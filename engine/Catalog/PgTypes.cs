namespace Vectorized.Engine.Catalog;

/// <summary>
/// The rows of pg_type for the types clients know by oid, and the names of their input and output functions, as in
/// PostgreSQL 15. A type: oid, name, length, by value, kind, category, preferred, element, array, input, output, receive,
/// send, alignment, storage, collation.
/// </summary>
internal static class PgTypes
{
    public static IReadOnlyList<PgType> All { get; } = [.. Types.Split('\n').Select(Parse)];

    public static IReadOnlyList<(uint Oid, string Name)> Functions { get; } =
        [.. Procedures.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(':'))
            .Select(p => (uint.Parse(p[0]), p[1]))];

    private static PgType Parse(string line)
    {
        string[] f = line.Split(' ');
        uint Number(int i) => uint.Parse(f[i]);
        return new PgType(
            Number(0), f[1], short.Parse(f[2]), f[3] == "1", f[4], f[5], f[6] == "1", Number(7), Number(8), Number(9),
            Number(10),
            Number(11), Number(12), f[13], f[14], Number(15));
    }

    private const string Types = """
        16 bool 1 1 b B 1 0 1000 1242 1243 2436 2437 c p 0
        17 bytea -1 0 b U 0 0 1001 1244 31 2412 2413 i x 0
        18 char 1 1 b Z 0 0 1002 1245 33 2434 2435 c p 0
        19 name 64 0 b S 0 18 1003 34 35 2422 2423 c p 950
        20 int8 8 1 b N 0 0 1016 460 461 2408 2409 d p 0
        21 int2 2 1 b N 0 0 1005 38 39 2404 2405 s p 0
        22 int2vector -1 0 b A 0 21 1006 40 41 2410 2411 i p 0
        23 int4 4 1 b N 0 0 1007 42 43 2406 2407 i p 0
        24 regproc 4 1 b N 0 0 1008 44 45 2444 2445 i p 0
        25 text -1 0 b S 1 0 1009 46 47 2414 2415 i x 100
        26 oid 4 1 b N 1 0 1028 1798 1799 2418 2419 i p 0
        27 tid 6 0 b U 0 0 1010 48 49 2438 2439 s p 0
        28 xid 4 1 b U 0 0 1011 50 51 2440 2441 i p 0
        29 cid 4 1 b U 0 0 1012 52 53 2442 2443 i p 0
        30 oidvector -1 0 b A 0 26 1013 54 55 2420 2421 i p 0
        114 json -1 0 b U 0 0 199 321 322 323 324 i x 0
        142 xml -1 0 b U 0 0 143 2893 2894 2898 2899 i x 0
        194 pg_node_tree -1 0 b Z 0 0 0 195 196 197 198 i x 100
        199 _json -1 0 b A 0 114 0 750 751 2400 2401 i x 0
        600 point 16 0 b G 0 701 1017 117 118 2428 2429 d p 0
        650 cidr -1 0 b I 0 0 651 1267 1427 2498 2499 i m 0
        700 float4 4 1 b N 0 0 1021 200 201 2424 2425 i p 0
        701 float8 8 1 b N 1 0 1022 214 215 2426 2427 d p 0
        705 unknown -2 0 p X 0 0 0 109 110 2416 2417 c p 0
        790 money 8 1 b N 0 0 791 886 887 2492 2493 d p 0
        829 macaddr 6 0 b U 0 0 1040 436 437 2494 2495 i p 0
        869 inet -1 0 b I 1 0 1041 910 911 2496 2497 i m 0
        1000 _bool -1 0 b A 0 16 0 750 751 2400 2401 i x 0
        1001 _bytea -1 0 b A 0 17 0 750 751 2400 2401 i x 0
        1002 _char -1 0 b A 0 18 0 750 751 2400 2401 i x 0
        1003 _name -1 0 b A 0 19 0 750 751 2400 2401 i x 950
        1005 _int2 -1 0 b A 0 21 0 750 751 2400 2401 i x 0
        1006 _int2vector -1 0 b A 0 22 0 750 751 2400 2401 i x 0
        1007 _int4 -1 0 b A 0 23 0 750 751 2400 2401 i x 0
        1008 _regproc -1 0 b A 0 24 0 750 751 2400 2401 i x 0
        1009 _text -1 0 b A 0 25 0 750 751 2400 2401 i x 100
        1011 _xid -1 0 b A 0 28 0 750 751 2400 2401 i x 0
        1013 _oidvector -1 0 b A 0 30 0 750 751 2400 2401 i x 0
        1014 _bpchar -1 0 b A 0 1042 0 750 751 2400 2401 i x 100
        1015 _varchar -1 0 b A 0 1043 0 750 751 2400 2401 i x 100
        1016 _int8 -1 0 b A 0 20 0 750 751 2400 2401 d x 0
        1021 _float4 -1 0 b A 0 700 0 750 751 2400 2401 i x 0
        1022 _float8 -1 0 b A 0 701 0 750 751 2400 2401 d x 0
        1028 _oid -1 0 b A 0 26 0 750 751 2400 2401 i x 0
        1033 aclitem 12 0 b U 0 0 1034 1031 1032 0 0 i p 0
        1034 _aclitem -1 0 b A 0 1033 0 750 751 2400 2401 i x 0
        1042 bpchar -1 0 b S 0 0 1014 1044 1045 2430 2431 i x 100
        1043 varchar -1 0 b S 0 0 1015 1046 1047 2432 2433 i x 100
        1082 date 4 1 b D 0 0 1182 1084 1085 2468 2469 i p 0
        1083 time 8 1 b D 0 0 1183 1143 1144 2470 2471 d p 0
        1114 timestamp 8 1 b D 0 0 1115 1312 1313 2474 2475 d p 0
        1115 _timestamp -1 0 b A 0 1114 0 750 751 2400 2401 d x 0
        1182 _date -1 0 b A 0 1082 0 750 751 2400 2401 i x 0
        1183 _time -1 0 b A 0 1083 0 750 751 2400 2401 d x 0
        1184 timestamptz 8 1 b D 1 0 1185 1150 1151 2476 2477 d p 0
        1185 _timestamptz -1 0 b A 0 1184 0 750 751 2400 2401 d x 0
        1186 interval 16 0 b T 1 0 1187 1160 1161 2478 2479 d p 0
        1187 _interval -1 0 b A 0 1186 0 750 751 2400 2401 d x 0
        1231 _numeric -1 0 b A 0 1700 0 750 751 2400 2401 i x 0
        1263 _cstring -1 0 b A 0 2275 0 750 751 2400 2401 i x 0
        1266 timetz 12 0 b D 0 0 1270 1350 1351 2472 2473 d p 0
        1270 _timetz -1 0 b A 0 1266 0 750 751 2400 2401 d x 0
        1560 bit -1 0 b V 0 0 1561 1564 1565 2456 2457 i x 0
        1562 varbit -1 0 b V 1 0 1563 1579 1580 2458 2459 i x 0
        1700 numeric -1 0 b N 0 0 1231 1701 1702 2460 2461 i m 0
        2202 regprocedure 4 1 b N 0 0 2207 2212 2213 2446 2447 i p 0
        2203 regoper 4 1 b N 0 0 2208 2214 2215 2448 2449 i p 0
        2204 regoperator 4 1 b N 0 0 2209 2216 2217 2450 2451 i p 0
        2205 regclass 4 1 b N 0 0 2210 2218 2219 2452 2453 i p 0
        2206 regtype 4 1 b N 0 0 2211 2220 2221 2454 2455 i p 0
        2207 _regprocedure -1 0 b A 0 2202 0 750 751 2400 2401 i x 0
        2210 _regclass -1 0 b A 0 2205 0 750 751 2400 2401 i x 0
        2211 _regtype -1 0 b A 0 2206 0 750 751 2400 2401 i x 0
        2249 record -1 0 p P 0 0 2287 2290 2291 2402 2403 d x 0
        2275 cstring -2 0 p P 0 0 1263 2292 2293 2500 2501 c p 0
        2276 any 4 1 p P 0 0 0 2294 2295 0 0 i p 0
        2277 anyarray -1 0 p P 0 0 0 2296 2297 2502 2503 d x 0
        2278 void 4 1 p P 0 0 0 2298 2299 3120 3121 i p 0
        2283 anyelement 4 1 p P 0 0 0 2312 2313 0 0 i p 0
        2776 anynonarray 4 1 p P 0 0 0 2777 2778 0 0 i p 0
        2950 uuid 16 0 b U 0 0 2951 2952 2953 2961 2962 c p 0
        2951 _uuid -1 0 b A 0 2950 0 750 751 2400 2401 i x 0
        3220 pg_lsn 8 1 b U 0 0 3221 3229 3230 3238 3239 d p 0
        3802 jsonb -1 0 b U 0 0 3807 3806 3804 3805 3803 i x 0
        3807 _jsonb -1 0 b A 0 3802 0 750 751 2400 2401 i x 0
        4072 jsonpath -1 0 b U 0 0 4073 4001 4003 4002 4004 i x 0
        4089 regnamespace 4 1 b N 0 0 4090 4084 4085 4087 4088 i p 0
        4090 _regnamespace -1 0 b A 0 4089 0 750 751 2400 2401 i x 0
        4096 regrole 4 1 b N 0 0 4097 4098 4092 4094 4095 i p 0
        4191 regcollation 4 1 b N 0 0 4192 4193 4194 4196 4197 i p 0
        """;

    private const string Procedures = """
        31:byteaout 33:charout 34:namein 35:nameout 38:int2in 39:int2out 40:int2vectorin 41:int2vectorout
        42:int4in 43:int4out 44:regprocin 45:regprocout 46:textin 47:textout 48:tidin 49:tidout 50:xidin
        51:xidout 52:cidin 53:cidout 54:oidvectorin 55:oidvectorout 109:unknownin 110:unknownout
        117:point_in 118:point_out 195:pg_node_tree_in 196:pg_node_tree_out 197:pg_node_tree_recv
        198:pg_node_tree_send 200:float4in 201:float4out 214:float8in 215:float8out 321:json_in 322:json_out
        323:json_recv 324:json_send 436:macaddr_in 437:macaddr_out 460:int8in 461:int8out 750:array_in
        751:array_out 886:cash_in 887:cash_out 910:inet_in 911:inet_out 1031:aclitemin 1032:aclitemout
        1044:bpcharin 1045:bpcharout 1046:varcharin 1047:varcharout 1084:date_in 1085:date_out 1143:time_in
        1144:time_out 1150:timestamptz_in 1151:timestamptz_out 1160:interval_in 1161:interval_out
        1242:boolin 1243:boolout 1244:byteain 1245:charin 1267:cidr_in 1312:timestamp_in 1313:timestamp_out
        1350:timetz_in 1351:timetz_out 1427:cidr_out 1564:bit_in 1565:bit_out 1579:varbit_in 1580:varbit_out
        1701:numeric_in 1702:numeric_out 1798:oidin 1799:oidout 2212:regprocedurein 2213:regprocedureout
        2214:regoperin 2215:regoperout 2216:regoperatorin 2217:regoperatorout 2218:regclassin
        2219:regclassout 2220:regtypein 2221:regtypeout 2290:record_in 2291:record_out 2292:cstring_in
        2293:cstring_out 2294:any_in 2295:any_out 2296:anyarray_in 2297:anyarray_out 2298:void_in
        2299:void_out 2312:anyelement_in 2313:anyelement_out 2400:array_recv 2401:array_send
        2402:record_recv 2403:record_send 2404:int2recv 2405:int2send 2406:int4recv 2407:int4send
        2408:int8recv 2409:int8send 2410:int2vectorrecv 2411:int2vectorsend 2412:bytearecv 2413:byteasend
        2414:textrecv 2415:textsend 2416:unknownrecv 2417:unknownsend 2418:oidrecv 2419:oidsend
        2420:oidvectorrecv 2421:oidvectorsend 2422:namerecv 2423:namesend 2424:float4recv 2425:float4send
        2426:float8recv 2427:float8send 2428:point_recv 2429:point_send 2430:bpcharrecv 2431:bpcharsend
        2432:varcharrecv 2433:varcharsend 2434:charrecv 2435:charsend 2436:boolrecv 2437:boolsend
        2438:tidrecv 2439:tidsend 2440:xidrecv 2441:xidsend 2442:cidrecv 2443:cidsend 2444:regprocrecv
        2445:regprocsend 2446:regprocedurerecv 2447:regproceduresend 2448:regoperrecv 2449:regopersend
        2450:regoperatorrecv 2451:regoperatorsend 2452:regclassrecv 2453:regclasssend 2454:regtyperecv
        2455:regtypesend 2456:bit_recv 2457:bit_send 2458:varbit_recv 2459:varbit_send 2460:numeric_recv
        2461:numeric_send 2468:date_recv 2469:date_send 2470:time_recv 2471:time_send 2472:timetz_recv
        2473:timetz_send 2474:timestamp_recv 2475:timestamp_send 2476:timestamptz_recv 2477:timestamptz_send
        2478:interval_recv 2479:interval_send 2492:cash_recv 2493:cash_send 2494:macaddr_recv
        2495:macaddr_send 2496:inet_recv 2497:inet_send 2498:cidr_recv 2499:cidr_send 2500:cstring_recv
        2501:cstring_send 2502:anyarray_recv 2503:anyarray_send 2777:anynonarray_in 2778:anynonarray_out
        2893:xml_in 2894:xml_out 2898:xml_recv 2899:xml_send 2952:uuid_in 2953:uuid_out 2961:uuid_recv
        2962:uuid_send 3120:void_recv 3121:void_send 3229:pg_lsn_in 3230:pg_lsn_out 3238:pg_lsn_recv
        3239:pg_lsn_send 3803:jsonb_send 3804:jsonb_out 3805:jsonb_recv 3806:jsonb_in 4001:jsonpath_in
        4002:jsonpath_recv 4003:jsonpath_out 4004:jsonpath_send 4084:regnamespacein 4085:regnamespaceout
        4087:regnamespacerecv 4088:regnamespacesend 4092:regroleout 4094:regrolerecv 4095:regrolesend
        4098:regrolein 4193:regcollationin 4194:regcollationout 4196:regcollationrecv 4197:regcollationsend
        """;
}

/// <summary>A row of pg_type.</summary>
internal sealed record PgType(
    uint Oid,
    string Name,
    short Length,
    bool ByValue,
    string Kind,
    string Category,
    bool Preferred,
    uint Element,
    uint Array,
    uint Input,
    uint Output,
    uint Receive,
    uint Send,
    string Alignment,
    string Storage,
    uint Collation);
