//! The settler's process gets a SIGKILL at every step of an epoch, once right
//! before the step is on record and once right after. The database itself makes
//! it stand still there: a trigger sleeps inside the transaction, or while it
//! commits.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::process::settle;
use crate::world::World;
use std::os::unix::process::ExitStatusExt;
use tributary_postgres::Signal;

const PAUSES: &str = "
    CREATE TABLE public.pauses (step text, before boolean);
    CREATE FUNCTION public.pause_before() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM public.pauses p WHERE p.before AND p.step IN (NEW.step,
                CASE WHEN NEW.signature IS NOT NULL AND NEW.step = 'published' THEN 'journalled' END)) THEN
            PERFORM pg_sleep(0.7);
        END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION public.pause_after() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM public.pauses p WHERE NOT p.before AND p.step IN (NEW.step,
                CASE WHEN NEW.signature IS NOT NULL AND NEW.step = 'published' THEN 'journalled' END)) THEN
            PERFORM pg_sleep(0.7);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER pause_before BEFORE INSERT OR UPDATE ON ledger.epochs
        FOR EACH ROW EXECUTE FUNCTION public.pause_before();
    CREATE CONSTRAINT TRIGGER pause_after AFTER INSERT OR UPDATE ON ledger.epochs
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.pause_after();";

const MOMENTS: [&str; 6] = ["closing", "built", "published", "journalled", "posted", "active"];

#[tokio::test(flavor = "multi_thread")]
async fn a_settler_killed_right_before_and_right_after_every_step_posts_each_epoch_once() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let watcher = world.watcher(world.watcher_config());
    sqlx::raw_sql(PAUSES).execute(&world.pool).await.unwrap();
    for (epoch, before) in [(1, true), (2, false)] {
        world.gateway.serve(&call, &[3_000, 7]).await;
        for moment in MOMENTS {
            sqlx::query("INSERT INTO public.pauses VALUES ($1, $2)")
                .bind(moment)
                .bind(before)
                .execute(&world.pool)
                .await
                .unwrap();
            let mut settler = settle(&world);
            world
                .until(&format!("the settler to be at '{moment}'"), async || {
                    assert_eq!(settler.exited(), None, "it ended before it was at '{moment}'");
                    world.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").await > 0
                })
                .await;
            let ended = settler.kill().await.unwrap().unwrap();
            assert_eq!(ended.signal(), Some(Signal::KILL.as_raw()), "nothing but the kill ended it");
            sqlx::query("DELETE FROM public.pauses").execute(&world.pool).await.unwrap();
            // Whatever it left behind in the server ends before the next one starts.
            world
                .until("the killed settler's session to end", async || {
                    world.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").await == 0
                })
                .await;
        }
        let mut settler = settle(&world);
        world.until_step(epoch, 0, "active").await;
        settler.kill().await.unwrap();
    }
    watcher.stop().await;
    books_are_in_order(&world).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs").await, 2, "no attempt was wasted");
    let report = report(&world).await;
    assert!(report.holds(), "{:?}", report.roots);
    world
        .until("the indexer to see both roots", async || {
            world.number("SELECT count(*) FROM chain.events WHERE name = 'RootActivated'").await == 2
        })
        .await;
    assert_eq!(world.number("SELECT count(*) FROM chain.events WHERE name = 'RootPosted'").await, 2);
    world.end().await;
}
